import { Unavailable } from "#shared/errors/problem.ts";
import type { Mailer, MailSession, OutgoingMail, Verdict } from "../core/mailer.ts";

/** A mail server in memory, which keeps what it took. A call has its whole effect at once. */
export class MemoryMailer implements Mailer {
  isDown = false;
  /** What it says to a mail: it takes every one, until a test says otherwise. */
  verdictOn: (mail: OutgoingMail) => Verdict = () => ({ kind: "accepted" });
  /** The mails it took, in order; one that came twice is here twice. */
  readonly accepted: OutgoingMail[] = [];

  async open(): Promise<MailSession> {
    this.#answer();
    return { send: (mail) => this.#take(mail), close() {} };
  }

  async ping(): Promise<void> {
    this.#answer();
  }

  async #take(mail: OutgoingMail): Promise<Verdict> {
    this.#answer();
    const verdict = this.verdictOn(mail);
    if (verdict.kind === "accepted") this.accepted.push(structuredClone(mail));
    return verdict;
  }

  #answer(): void {
    if (this.isDown) throw new Unavailable("mail");
  }
}
