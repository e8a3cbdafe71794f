import { connect, type Socket } from "node:net";
import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Mailer, MailSession, OutgoingMail } from "../core/mailer.ts";
import { settled, within } from "./callback.ts";
import { type SmtpError, verdictOf } from "./verdict.ts";

/** Where the mail server is and how to sign in there. */
export interface SmtpOptions {
  host: string;
  /** 465: TLS from the first byte. Any other: STARTTLS where the server offers it. */
  port: number;
  /** The sender, an address alone or with a name. */
  from: string;
  credentials: { username: string; password: string } | null;
  /** Milliseconds; for tests. */
  limits?: Partial<Limits>;
}

interface Limits {
  connectMs: number;
  /** For each answer of the server. */
  stepMs: number;
  /** For one mail as a whole: shorter than its lease. */
  mailMs: number;
}

const LIMITS: Limits = { connectMs: 5_000, stepMs: 20_000, mailMs: 60_000 };
const TLS_PORT = 465;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

/**
 * A mail server over SMTP, through nodemailer's connection: what speaks it in Node and in workerd alike. A connection
 * belongs to the invocation that opens it.
 */
export function smtpMailer(options: SmtpOptions): Mailer {
  const limits = { ...LIMITS, ...options.limits };
  return {
    async open() {
      const connection = await signedIn(options, limits);
      return sessionOver(connection, options.from, limits);
    },
    async ping() {
      const connection = await signedIn(options, limits);
      try {
        await asked(
          "NOOP",
          within(limits.stepMs, (done) => connection.reset(done)),
        );
      } finally {
        connection.close();
      }
    },
  };
}

async function signedIn({ host, port, credentials }: SmtpOptions, limits: Limits): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host,
    port,
    // nodemailer would look names up by itself, which in workerd means over the web.
    connection: await connected(host, port, limits.connectMs),
    secure: port === TLS_PORT,
    // A password goes over TLS, or no further than this machine.
    requireTLS: credentials !== null && port !== TLS_PORT && !LOOPBACK.has(host),
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.stepMs,
    socketTimeout: limits.stepMs,
    socketCloseTimeout: 0,
    logger: false,
  });
  // It says the same to the callback of whatever is under way.
  connection.on("error", () => undefined);
  try {
    await asked(
      "greeting",
      settled(connection, (done) => connection.connect(done)),
    );
    if (credentials) {
      const { username: user, password: pass } = credentials;
      await asked(
        "sign-in",
        within(limits.stepMs, (done) => connection.login({ user, pass }, done)),
      );
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connected(host: string, port: number, limitMs: number): Promise<Socket> {
  const socket = connect({ host, port });
  return new Promise<Socket>((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new Unavailable("mail", error));
    };
    const timer = setTimeout(() => fail(new Error("no connection in time")), limitMs);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

function sessionOver(connection: SMTPConnection, from: string, limits: Limits): MailSession {
  let isUsable = true;
  connection.once("end", () => {
    isUsable = false;
  });
  return {
    async send(mail) {
      if (!isUsable) throw new Unavailable("mail", "the connection is closed");
      const message = await compose(mail, from);
      const envelope = { from: addressOf(from), to: [mail.to.email] };
      try {
        await within(limits.mailMs, (done) => connection.send(envelope, message, done));
        return { kind: "accepted" };
      } catch (error) {
        const { verdict, isConnectionUsable } = verdictOf(error as SmtpError);
        isUsable = isConnectionUsable && (await isReset(connection, limits));
        if (!isUsable) connection.close();
        return verdict;
      }
    },
    close() {
      if (isUsable) connection.quit();
      else connection.close();
    },
  };
}

/** After a refusal the next mail begins anew (RFC 5321, 4.1.1.5). */
async function isReset(connection: SMTPConnection, { stepMs }: Limits): Promise<boolean> {
  return within(stepMs, (done) => connection.reset(done)).then(
    () => true,
    () => false,
  );
}

async function asked<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Unavailable("mail", new Error(`${what}: ${(error as Error).message}`));
  }
}

function compose({ messageId, to, subject, html, text }: OutgoingMail, from: string): Promise<Buffer> {
  const recipient = { name: to.name, address: to.email };
  const headers = { "Auto-Submitted": "auto-generated" };
  const options = { disableFileAccess: true, disableUrlAccess: true };
  return new MailComposer({ from, to: recipient, subject, html, text, messageId, headers, ...options })
    .compile()
    .build();
}

/** `Name <address>` or `address`, as the envelope takes it. */
const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
