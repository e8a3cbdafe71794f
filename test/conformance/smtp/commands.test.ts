import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { useSmtp, type Wire } from "./support/wire.ts";

const smtp = useSmtp();

const INITIATION = "https://www.rfc-editor.org/rfc/rfc5321#section-3.1";
const EHLO = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1";
const MAIL = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.2";
const DATA = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.4";
const ORDER = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.4";
const TRANSPARENCY = "https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2";
const SIZE = "https://www.rfc-editor.org/rfc/rfc1870#section-6";

const FROM = "MAIL FROM:<sender@client.example.com>";
const to = () => `RCPT TO:<${smtp.recipient}>`;

/** Says commands one by one; each must be taken. */
async function taken(wire: Wire, ...commands: string[]): Promise<void> {
  for (const command of commands) {
    const { code } = await wire.ask(command);
    expect([command, Math.floor(code / 100)]).toEqual([command, command === "DATA" ? 3 : 2]);
  }
}

conforms(INITIATION, "greets with 220 and its name before the client says anything", async () => {
  const { code, lines } = await (await smtp.open()).reply();
  expect(code).toBe(220);
  expect(lines[0]).toMatch(/^[\w.[\]:-]+ /);
});

conforms(EHLO, "answers EHLO with its name and its extensions, a line each", async () => {
  const wire = await smtp.open();
  await wire.reply();
  const { code, lines } = await wire.ask("EHLO client.example.com");
  expect(code).toBe(250);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines.slice(1)) expect(line).toMatch(/^[A-Z0-9][A-Z0-9-]*( |$)/);
});

conforms(EHLO, "answers the old HELO in one line", async () => {
  const wire = await smtp.open();
  await wire.reply();
  const { code, lines } = await wire.ask("HELO client.example.com");
  expect([code, lines.length]).toEqual([250, 1]);
});

conforms(EHLO, "takes a second EHLO, which forgets the transaction", async () => {
  const wire = await smtp.greeted();
  await taken(wire, FROM, "EHLO client.example.com");
  expect((await wire.ask(to())).code).toBe(503);
});

conforms.each(
  "https://www.rfc-editor.org/rfc/rfc5321#section-2.4",
  ["noop", "RSET", "mail from:<sender@client.example.com>"],
  (command) => `takes commands in any case: ${command}`,
  async (command) => {
    expect((await (await smtp.greeted()).ask(command)).code).toBe(250);
  },
);

conforms(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.5.5",
  "takes the empty sender of a report of non-delivery",
  async () => {
    await taken(await smtp.greeted(), "MAIL FROM:<>", to());
  },
);

conforms(DATA, "takes a mail of several recipients, and another one after it", async () => {
  const wire = await smtp.greeted();
  for (const n of [1, 2]) {
    await taken(wire, FROM, to(), to(), "DATA");
    expect((await wire.ask(`Subject: ${n}\r\n\r\nText\r\n.`)).code).toBe(250);
  }
});

conforms(TRANSPARENCY, "ends a mail at a line with only a dot, in whatever pieces it comes", async () => {
  const wire = await smtp.greeted();
  await taken(wire, FROM, to(), "DATA");
  for (const piece of ["Subject: a\r\n\r\n..dots\r\n", "..\r\n", "text\r\n.\r", "\n"]) wire.write(piece);
  expect((await wire.reply()).code).toBe(250);
});

conforms(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.5",
  "forgets the transaction at RSET, and not the session",
  async () => {
    const wire = await smtp.greeted();
    await taken(wire, FROM, to(), "RSET");
    expect((await wire.ask("DATA")).code).toBe(503);
    await taken(wire, FROM);
  },
);

conforms(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.10",
  "says 221 at QUIT and closes the connection",
  async () => {
    const wire = await smtp.greeted();
    expect((await wire.ask("QUIT")).code).toBe(221);
    await wire.ended;
  },
);

conforms(
  "https://www.rfc-editor.org/rfc/rfc2920#section-3.2",
  "answers commands that come in one piece in their order",
  async () => {
    const wire = await smtp.greeted();
    wire.write(`${FROM}\r\n${to()}\r\nNOOP\r\nDATA\r\n`);
    const codes: number[] = [];
    for (let n = 0; n < 4; n++) codes.push((await wire.reply()).code);
    expect(codes).toEqual([250, 250, 250, 354]);
  },
);

conforms(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.6",
  "does not say by VRFY whether it has a mailbox",
  async () => {
    expect((await (await smtp.greeted()).ask(`VRFY ${smtp.recipient}`)).code).toBe(252);
  },
);

refuses(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.4",
  "a command that it does not know: 500 or 502",
  async () => {
    expect([500, 502]).toContain((await (await smtp.greeted()).ask("FROB")).code);
  },
);

refuses(EHLO, "an EHLO without the client's name: 501", async () => {
  const wire = await smtp.open();
  await wire.reply();
  expect((await wire.ask("EHLO")).code).toBe(501);
});

refuses.each(
  ORDER,
  [
    [[], "RCPT TO:<reader@example.com>"],
    [[], "DATA"],
    [[FROM], "DATA"],
    [[FROM], FROM],
  ] as const,
  ([before, command]) => `${command} after ${before.length} commands: 503`,
  async ([before, command]) => {
    const wire = await smtp.greeted();
    await taken(wire, ...before);
    expect((await wire.ask(command)).code).toBe(503);
  },
);

refuses.each(
  MAIL,
  ["MAIL FROM", "MAIL FROM:no-brackets-and no-address", "MAIL TO:<sender@client.example.com>"],
  (command) => `the malformed ${command}: 500 or 501`,
  async (command) => {
    expect([500, 501]).toContain((await (await smtp.greeted()).ask(command)).code);
  },
);

refuses(
  "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.3",
  "a recipient without an address: 501",
  async () => {
    const wire = await smtp.greeted();
    await taken(wire, FROM);
    expect((await wire.ask("RCPT TO:<>")).code).toBe(501);
  },
);

refuses(SIZE, "a mail whose announced size is over its limit: 552, before any of it is sent", async () => {
  const wire = await smtp.open();
  await wire.reply();
  const { lines } = await wire.ask("EHLO client.example.com");
  const limit = Number(/^SIZE (\d+)$/m.exec(lines.join("\n"))?.[1]);
  expect(limit).toBeGreaterThan(64_000);
  expect((await wire.ask(`${FROM} SIZE=${limit + 1}`)).code).toBe(552);
  await taken(wire, `${FROM} SIZE=${limit}`);
});

refuses(
  "https://www.rfc-editor.org/rfc/rfc4954#section-4",
  "a sign-in where none is offered, or with a wrong password: no 235",
  async () => {
    const { code } = await (await smtp.greeted()).ask("AUTH PLAIN AG5vYm9keQB3cm9uZw==");
    expect([500, 502, 503, 504, 530, 534, 535, 538]).toContain(code);
  },
);
