import { createTransport } from "nodemailer";
import { expect } from "vitest";
import { conforms, refuses } from "../support/cases.ts";
import { useSmtp } from "./support/wire.ts";

const smtp = useSmtp();

const SUBMISSION = "https://www.rfc-editor.org/rfc/rfc5321#section-3.3";
const MAIL = { from: "sender@client.example.com", subject: "A mail", text: "Text" };

const transport = () => createTransport({ host: smtp.host, port: smtp.port });

conforms(SUBMISSION, "takes a mail from the usual client, and says so with 250", async () => {
  const sent = await transport().sendMail({ ...MAIL, to: smtp.recipient });
  expect(sent.accepted).toEqual([smtp.recipient]);
  expect(sent.response).toMatch(/^250 /);
});

conforms(
  "https://www.rfc-editor.org/rfc/rfc6152#section-3",
  "takes text of eight bits, and headers that are encoded",
  async () => {
    const over = { subject: "Grüße — 日本", text: "äöü ".repeat(1_000), encoding: "8bit" };
    const sent = await transport().sendMail({ ...MAIL, ...over, to: smtp.recipient });
    expect(sent.rejected).toEqual([]);
  },
);

conforms(
  "https://www.rfc-editor.org/rfc/rfc5321#section-3.5.3",
  "answers a client that only looks whether it is there",
  async () => {
    expect(await transport().verify()).toBe(true);
  },
);

refuses(
  "https://www.rfc-editor.org/rfc/rfc1870#section-6.3",
  "a mail that is over its limit: 552",
  async () => {
    // Twice what this stand-in takes; a real server may take more.
    const text = "x".repeat(Number(process.env.CONFORMANCE_SMTP_TOO_BIG ?? 4_000_000));
    await expect(transport().sendMail({ ...MAIL, text, to: smtp.recipient })).rejects.toMatchObject({
      responseCode: 552,
    });
  },
);
