import { expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { MemoryMailer } from "./memory-mailer.ts";

const MAIL = {
  messageId: "<1@test>",
  to: { name: "A", email: "a@test" },
  subject: "S",
  html: "H",
  text: "T",
};

it("keeps the mails it took, each time, and none that it refused", async () => {
  const mailer = new MemoryMailer();
  const session = await mailer.open();
  expect(await session.send(MAIL)).toEqual({ kind: "accepted" });
  mailer.verdictOn = () => ({ kind: "deferred", reason: "busy" });
  expect(await session.send(MAIL)).toEqual({ kind: "deferred", reason: "busy" });
  mailer.verdictOn = () => ({ kind: "accepted" });
  await session.send(MAIL);
  expect(mailer.accepted).toEqual([MAIL, MAIL]);
});

it("that is down takes nothing, on an open connection neither", async () => {
  const mailer = new MemoryMailer();
  const session = await mailer.open();
  mailer.isDown = true;
  await expect(session.send(MAIL)).rejects.toThrow(Unavailable);
  await expect(mailer.open()).rejects.toThrow(Unavailable);
  await expect(mailer.ping()).rejects.toThrow(Unavailable);
  expect(mailer.accepted).toEqual([]);
});
