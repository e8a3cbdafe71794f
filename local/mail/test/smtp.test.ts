import { createTransport } from "nodemailer";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HOST } from "../../config.ts";
import { startTestCatcher, type TestCatcher } from "../testing.ts";

const READER = "reader@example.com";
const OTHER = "other@example.com";

const send = (port: number, to: string | string[] = READER, auth?: { user: string; pass: string }) =>
  createTransport({ host: HOST, port, ...(auth && { auth }) }).sendMail({
    ...{ from: "sender@example.com", to, subject: "s", text: "t" },
  });

const codeOf = (sending: Promise<unknown>) =>
  sending.then(
    () => "sent",
    (error: { responseCode?: number; code?: string }) => error.responseCode ?? error.code,
  );

describe("a fault on request", () => {
  let catcher: TestCatcher;
  beforeAll(async () => {
    catcher = await startTestCatcher();
  });
  afterEach(async () => {
    await catcher.heal();
    await fetch(`${catcher.webUrl}/api/mails`, { method: "DELETE" });
  });
  afterAll(() => catcher.close());

  it.each([
    ["connect", "temporary", 421],
    ["connect", "permanent", 554],
    ["mail", "temporary", 451],
    ["mail", "permanent", 550],
    ["rcpt", "temporary", 451],
    ["rcpt", "permanent", 550],
    ["data", "temporary", 451],
    ["data", "permanent", 550],
  ] as const)("at %s, %s: %i once, and then the mail goes through", async (at, mode, code) => {
    await catcher.fault({ at, mode });
    expect(await codeOf(send(catcher.port))).toBe(code);
    expect(await catcher.mailsTo(READER)).toEqual([]);
    expect(await codeOf(send(catcher.port))).toBe("sent");
    expect(await catcher.mailsTo(READER)).toHaveLength(1);
  });

  it.each(["connect", "mail", "rcpt", "data"] as const)(
    "cuts the connection at %s, and nothing is kept",
    async (at) => {
      await catcher.fault({ at, mode: "disconnect" });
      expect(await codeOf(send(catcher.port))).toMatch(/^E(CONNECTION|SOCKET|ENVELOPE|MESSAGE)$/);
      expect(await catcher.mailsTo(READER)).toEqual([]);
    },
  );

  it("keeps the mail and cuts the connection before it says so", async () => {
    await catcher.fault({ at: "data", mode: "disconnect_after" });
    expect(await codeOf(send(catcher.port))).not.toBe("sent");
    expect(await catcher.mailsTo(READER)).toHaveLength(1);
  });

  it("answers late, and then as ever", async () => {
    await catcher.fault({ at: "mail", mode: "slow", delayMs: 50 });
    expect(await codeOf(send(catcher.port))).toBe("sent");
  });

  it("strikes one recipient and no other", async () => {
    await catcher.fault({ at: "rcpt", mode: "permanent", recipient: READER, times: 5 });
    expect(await codeOf(send(catcher.port, OTHER))).toBe("sent");
    expect(await codeOf(send(catcher.port))).toBe(550);
    const sent = await send(catcher.port, [READER, OTHER]);
    expect([sent.accepted, sent.rejected]).toEqual([[OTHER], [READER]]);
    expect(await catcher.mailsTo(OTHER)).toHaveLength(2);
  });
});

describe("a catcher with credentials", () => {
  it("takes mail from who knows them, and from nobody else", async () => {
    const catcher = await startTestCatcher({ username: "ticketflow", password: "right" });
    try {
      expect(await codeOf(send(catcher.port))).toBe(530);
      expect(await codeOf(send(catcher.port, READER, { user: "ticketflow", pass: "wrong" }))).toBe(535);
      expect(await codeOf(send(catcher.port, READER, { user: "other", pass: "right" }))).toBe(535);
      expect(await codeOf(send(catcher.port, READER, { user: "ticketflow", pass: "right" }))).toBe("sent");
      expect(await catcher.mailsTo(READER)).toHaveLength(1);
    } finally {
      await catcher.close();
    }
  });
});
