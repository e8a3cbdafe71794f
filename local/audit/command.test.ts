import { describe, expect, it } from "vitest";
import { FINDING_EXAMPLE, SEATS_AT_EXAMPLE } from "#shared/contracts/examples.ts";
import { CommandError, UsageError } from "../cli/command.ts";
import { auditCommand } from "./command.ts";
import { auditTarget } from "./target.ts";
import { accepted, type Reply, refusal, report, scripted } from "./testing.ts";

async function run(args: string[], ...replies: (Reply | Error)[]) {
  const { client, asked } = scripted(...replies);
  const lines: string[] = [];
  const code = await auditCommand(args, {
    target: async () => client,
    print: (line) => lines.push(line),
    tell: () => {},
  });
  return { code, asked, text: lines.join("\n") };
}

const LEFT = { ...FINDING_EXAMPLE, mended: null };
const DECIDE = {
  ...{ check: "charge-without-seats", bookingId: null, eventId: null, subject: "pi_1" },
  ...{ detail: "\u001b[31mcaptured, and no booking", mend: null, mended: null },
};

describe("npm run audit", () => {
  it("ends with 0 when nothing diverges, and prints every figure", async () => {
    const counted = { bookings: 12, "oversold seats": 0 };
    const clean = report({ found: {}, findings: [], repaired: 0, counted });
    const { code, text, asked } = await run(["--event", "evnt_1"], accepted, clean);
    expect(code).toBe(0);
    expect(text).toMatch(
      /^Audit audit_\w+ of everything: nothing diverges\.\n\nFigures:\n {2}bookings {8}12\n/,
    );
    expect(text).toContain("  oversold seats  0");
    expect(asked[0]).toBe('POST /api/admin/audits {"repair":false,"eventId":"evnt_1"}');
  });

  it("ends with 1 when something is left, and says of each what became of it", async () => {
    const found = { "unsent-message": 3, "charge-without-seats": 1 };
    const findings = [FINDING_EXAMPLE, { ...LEFT, mended: false, subject: "bookings:bkg_2" }, DECIDE];
    const { code, text } = await run(["--repair"], accepted, report({ found, findings }));
    expect(code).toBe(1);
    expect(text).toContain("of everything: 4 divergences, 1 mended, 3 left.");
    expect(text).toMatch(/unsent-message \(3\)\n {2}bkg_\w+ {2}bookings:bkg_\w+ {2}mended/);
    expect(text).toMatch(/bookings:bkg_2 +could not be mended/);
    expect(text).toContain("  and 1 more, which were counted and not kept");
    expect(text).toContain("  -  pi_1  a person must decide  \u{FFFD}[31mcaptured, and no booking");
  });

  it("ends with 0 when all was mended, and says what could be", async () => {
    expect((await run(["--repair"], accepted, report())).code).toBe(0);
    const looked = report({ repair: false, repaired: 0, findings: [LEFT] });
    const { code, text } = await run([], accepted, looked);
    expect(code).toBe(1);
    expect(text).toMatch(/can be mended[\s\S]*`npm run audit -- --repair` mends 1 of them\.$/);
  });

  it("prints the whole report as JSON", async () => {
    const { text } = await run(["--json"], accepted, report());
    expect(JSON.parse(text)).toMatchObject({ state: "DONE", findings: [FINDING_EXAMPLE] });
  });

  it("shows what an audit has found that did not come to its end, and says that it could not be run", async () => {
    const failed = report({ state: "FAILED", error: "bookings is unavailable" });
    await expect(run([], accepted, failed)).rejects.toThrow(CommandError);
    await expect(run([], refusal("FORBIDDEN"))).rejects.toThrow(/403/);
    await expect(run([], new TypeError("fetch failed"))).rejects.toThrow(
      "The platform does not answer: fetch failed",
    );
  });

  it.each([
    [["--what"]],
    [["now"]],
    [["--at", "3"]],
    [["--event", ""]],
    [["--event", "evnt_1", "--at", "x"]],
    [["--event", "evnt_1", "--at", "3", "--repair"]],
  ])("refuses %j", async (args) => {
    const failure = await run(args).catch((error: unknown) => error);
    const isOfArguments = String((failure as { code?: string }).code).startsWith("ERR_PARSE_ARGS");
    expect(failure instanceof UsageError || isOfArguments).toBe(true);
  });
});

describe("what a buyer saw", () => {
  const seen = (changes: object = {}): Reply => ({ status: 200, body: { ...SEATS_AT_EXAMPLE, ...changes } });

  it("is summed up, with who had places", async () => {
    const { code, text, asked } = await run(["--event", "evnt_1", "--at", "12"], seen());
    expect([code, asked]).toEqual([0, ["GET /api/admin/events/evnt_1/seats?at=12&places=taken"]]);
    expect(text).toMatch(/^evnt_\w+ after entry 12, at 2026\S+:\n {2}total {6}122\n/);
    expect(text).toMatch(/ {2}LOCKED {2}booking bkg_\w+ {2}usr_\w+ {2}stalls-left-g-1, stalls-left-g-3\n/);
    expect(text).toMatch(/The chain holds: 14 rows, to entry 31 \(6b1f0c9d2a7e4f53\)\.$/);
  });

  it("has every place as JSON", async () => {
    const { asked, text } = await run(["--event", "e", "--at", "0", "--json"], seen());
    expect(asked).toEqual(["GET /api/admin/events/e/seats?at=0&places=all"]);
    expect(JSON.parse(text)).toEqual(SEATS_AT_EXAMPLE);
  });

  it("ends with 1 where the chain is broken, before or after what was asked for", async () => {
    const broken = { firstSeq: 20, afterSeq: 18 };
    const before = await run(["--event", "e", "--at", "30"], seen({ broken, map: null }));
    expect(before.code).toBe(1);
    expect(before.text).toMatch(
      /^The chain is BROKEN: the row at entry 20 does not follow entry 18\.\nThere is nothing/,
    );
    const after = await run(["--event", "e", "--at", "12"], seen({ broken }));
    expect(after.code).toBe(1);
    expect(after.text).toMatch(/after entry 12[\s\S]*BROKEN/);
  });

  it("says what is not kept, and how many are not shown", async () => {
    const map = { ...SEATS_AT_EXAMPLE.map, summary: null, at: null, seq: 0, closed: true, ownersTotal: 5 };
    const { text } = await run(["--event", "e", "--at", "0"], seen({ map }));
    expect(text).toMatch(/before its first entry, closed:\n {2}its plan of then was replaced/);
    expect(text).toContain("and 4 more; --json has every place");
  });
});

describe("whom the command asks", () => {
  const none = () => {
    throw new Error("not to be asked");
  };

  it("needs an address and a token, or neither", async () => {
    await expect(auditTarget({ TICKETFLOW_URL: "http://x" }, none)).rejects.toThrow(UsageError);
    await expect(auditTarget({ TICKETFLOW_TOKEN: "t" }, none)).rejects.toThrow(UsageError);
    await expect(auditTarget({ TICKETFLOW_URL: "x", TICKETFLOW_TOKEN: "t" }, none)).rejects.toThrow(
      UsageError,
    );
    const client = await auditTarget({ TICKETFLOW_URL: "https://a.example/", TICKETFLOW_TOKEN: "t" }, none);
    expect(client.getConfig()).toMatchObject({ baseUrl: "https://a.example", auth: "t" });
  });

  it("is told when nothing answers on this machine", async () => {
    const config = () => ({ ports: { gateway: 9 } }) as ReturnType<Parameters<typeof auditTarget>[1]>;
    await expect(auditTarget({}, config)).rejects.toThrow("Nothing answers at http://localhost:9");
  });
});
