import { describe, expect, it } from "vitest";
import { type SmtpError, verdictOf } from "./verdict.ts";

const error = (fields: Partial<SmtpError>) => Object.assign(new Error("the server's  words"), fields);

describe("what a mail server's answer means for a mail", () => {
  it.each([
    [{ code: "EENVELOPE", responseCode: 550, command: "RCPT TO" }, "rejected"],
    [{ code: "EMESSAGE", responseCode: 554, command: "DATA" }, "rejected"],
    [{ code: "EENVELOPE", responseCode: 450, command: "RCPT TO" }, "deferred"],
    [{ code: "EMESSAGE", responseCode: 451, command: "DATA" }, "deferred"],
    // Our own sender: an operator mends it, and no mail is lost until then.
    [{ code: "EENVELOPE", responseCode: 550, command: "MAIL FROM" }, "deferred"],
    [{ code: "EAUTH", responseCode: 535, command: "AUTH PLAIN" }, "deferred"],
    // An address that no envelope takes.
    [{ code: "EENVELOPE" }, "rejected"],
  ] as const)("%o: %s, and the connection takes the next mail", (fields, kind) => {
    expect(verdictOf(error(fields))).toEqual({
      verdict: { kind, reason: "the server's words" },
      isConnectionUsable: true,
    });
  });

  it.each([
    { code: "EENVELOPE", responseCode: 421, command: "RCPT TO" },
    { code: "ECONNECTION", command: "CONN" },
    { code: "ETIMEDOUT" },
    {},
  ])("%o: deferred, and the connection is of no more use", (fields) => {
    expect(verdictOf(error(fields))).toMatchObject({
      verdict: { kind: "deferred" },
      isConnectionUsable: false,
    });
  });

  it("keeps of a long answer what fits", () => {
    const { verdict } = verdictOf(Object.assign(new Error("x".repeat(5_000)), { code: "ETIMEDOUT" }));
    expect((verdict as { reason: string }).reason).toHaveLength(300);
  });
});
