import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { Clock } from "#shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import type { FaultBook, FaultPlace } from "../simulation/faults.ts";
import { MAX_MAIL_BYTES, type MailStore } from "../storage/store.ts";
import { allOf, headersOf } from "./message.ts";
import { answer, isSame, type SmtpAnswer } from "./reply.ts";
import { socketsOf } from "./sockets.ts";

export interface SmtpOptions {
  /** Who may send, where it is not everybody. */
  credentials: { username: string; password: string } | null;
  store: MailStore;
  faults: FaultBook;
  clock: Clock;
  log: Log;
}

const MAX_CLIENTS = 200;
/** RFC 5321, 4.5.3.1.8: a server takes at least a hundred. */
const MAX_RECIPIENTS = 100;
/** RFC 5321, 4.5.3.2.7, has a server wait five minutes for the next command; here nobody is that slow. */
const IDLE_MS = 60_000;

/** How a mail goes on after the fault that it met, if it met one. */
type Met = "goes on" | "is cut off" | "is kept, then cut off";

/** The SMTP side: takes every mail that is not refused on purpose, and has it on disk before it says so. */
export function createSmtp({ credentials, store, faults, clock, log }: SmtpOptions): SMTPServer {
  /** @throws the refusal that a test has asked for */
  const meet = async (
    at: FaultPlace,
    session: SMTPServerSession,
    recipients: string[] = [],
  ): Promise<Met> => {
    const fault = faults.take(at, recipients);
    switch (fault?.mode) {
      case undefined:
        return "goes on";
      case "slow":
        await delay(fault.delayMs, undefined, { ref: false });
        return "goes on";
      case "disconnect":
        cut(session);
        return "is cut off";
      case "disconnect_after":
        return "is kept, then cut off";
      case "temporary":
        throw answer(at === "connect" ? 421 : 451, "Not now, as a test has asked for");
      case "permanent":
        throw answer(at === "connect" ? 554 : 550, "Refused, as a test has asked for");
    }
  };
  const pass = (met: Promise<Met>, done: (error?: Error | null) => void) =>
    void met.then((how) => how === "goes on" && done(), done);

  const receive = async (
    stream: AsyncIterable<Buffer>,
    session: SMTPServerSession,
  ): Promise<string | null> => {
    const raw = await allOf(stream, MAX_MAIL_BYTES);
    if (!raw) throw answer(552, "Message exceeds fixed maximum message size");
    const to = session.envelope.rcptTo.map(({ address }) => address.toLowerCase());
    const met = await meet("data", session, to);
    if (met === "is cut off") return null;
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address.toLowerCase() : "";
    const { subject, messageId } = await headersOf(raw);
    const id = store.add({ receivedAt: new Date(clock()).toISOString(), from, to, subject, messageId, raw });
    log("mail", { id, messageId });
    if (met === "goes on") return `kept as ${id}`;
    cut(session);
    return null;
  };

  const server = new SMTPServer({
    banner: "TicketFlow mail catcher",
    // On the loopback there is nothing to hide, and no certificate that anybody would trust.
    disabledCommands: credentials ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
    authOptional: credentials === null,
    allowInsecureAuth: true,
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_MS,
    closeTimeout: 500,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const isKnown =
        credentials !== null &&
        isSame(username ?? "", credentials.username) &&
        isSame(password ?? "", credentials.password);
      if (isKnown) done(null, { user: username ?? "" });
      else done(answer(535, "Authentication credentials invalid"));
    },
    onConnect: (session, done) => pass(meet("connect", session), done),
    onMailFrom: (_address, session, done) => pass(meet("mail", session), done),
    onRcptTo({ address }, session, done) {
      if (session.envelope.rcptTo.length >= MAX_RECIPIENTS) done(answer(452, "Too many recipients"));
      else pass(meet("rcpt", session, [address.toLowerCase()]), done);
    },
    onData(stream, session, done) {
      const settle = (kept: string | null) => {
        if (kept !== null) done(null, kept);
      };
      receive(stream, session).then(settle, (error: SmtpAnswer | Error) => done(error));
    },
  });
  // A client that goes away in the middle is its own business.
  server.on("error", (error: Error) => log("smtp-error", { error: String(error) }));
  const sockets = socketsOf(server.server);
  const cut = (session: SMTPServerSession) => sockets.cut(session.remotePort);
  return server;
}
