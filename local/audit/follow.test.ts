import { describe, expect, it } from "vitest";
import { AUDIT_EXAMPLE, FINDING_EXAMPLE } from "#shared/contracts/examples.ts";
import { runAudit } from "./follow.ts";
import { accepted, type Reply, refusal, report, scripted } from "./testing.ts";

const RUNNING = report({ state: "RUNNING", endedAt: null });
const silence = new TypeError("fetch failed");

/** Runs it with a clock that moves by the pauses alone. */
async function run(...replies: (Reply | Error)[]) {
  const { client, asked } = scripted(...replies);
  const told: string[] = [];
  let now = 0;
  const pause = async (ms: number) => {
    now += ms;
  };
  const audit = runAudit(client, { repair: true }, (line) => told.push(line), { now: () => now, pause });
  return { audit, asked, told, elapsed: () => now };
}

describe("an audit that is followed", () => {
  it("is started, and asked for until it has ended", async () => {
    const { audit, asked, told } = await run(accepted, RUNNING, RUNNING, report());
    expect(await audit).toEqual({ ...AUDIT_EXAMPLE, findings: [FINDING_EXAMPLE] });
    const read = `GET /api/admin/audits/${AUDIT_EXAMPLE.id}?page=1&perPage=100`;
    expect(asked).toEqual([`POST /api/admin/audits {"repair":true}`, read, read, read]);
    expect(told).toEqual([`Audit ${AUDIT_EXAMPLE.id} runs.`]);
  });

  it("is read with all pages of its findings", async () => {
    const pagination = { page: 1, perPage: 100, total: 2, totalPages: 2 };
    const second = { ...FINDING_EXAMPLE, subject: "second" };
    const { audit } = await run(accepted, report({ pagination }), report({ pagination, findings: [second] }));
    expect((await audit).findings.map(({ subject }) => subject)).toEqual([FINDING_EXAMPLE.subject, "second"]);
  });

  it("waits for the one that runs, and says so once", async () => {
    const busy = refusal("AUDIT_RUNNING");
    const { audit, told } = await run(busy, busy, accepted, report());
    await audit;
    expect(told).toEqual(["Another audit runs; this one follows.", `Audit ${AUDIT_EXAMPLE.id} runs.`]);
  });

  it("does not wait for ever for the one that runs", async () => {
    const { audit, elapsed } = await run(...Array.from({ length: 400 }, () => refusal("AUDIT_RUNNING")));
    await expect(audit).rejects.toThrow("Another audit runs and does not end");
    expect(elapsed()).toBe(600_000);
  });

  it("outlives answers that do not come, and not a refusal", async () => {
    const lost = await run(accepted, silence, refusal("SERVICE_UNAVAILABLE"), report());
    expect((await lost.audit).state).toBe("DONE");
    const refused = await run(accepted, refusal("UNAUTHENTICATED"));
    await expect(refused.audit).rejects.toThrow("401");
    const gone = await run(accepted, ...Array.from({ length: 31 }, () => silence));
    await expect(gone.audit).rejects.toThrow("fetch failed");
  });

  it("does not wait for ever for the end", async () => {
    const { audit } = await run(accepted, ...Array.from({ length: 20_000 }, () => RUNNING));
    await expect(audit).rejects.toThrow("has not ended after 7 hours");
  });
});
