import type { Mailer, OutgoingMail, Verdict } from "../../workers/notifications/src/core/mailer.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Process } from "./kernel/process.ts";

/** A mail server that keeps what it took, by Message-ID. */
export class MailServer {
  readonly #kernel: Kernel;
  /** How often it took each mail, and of which subject it is. */
  readonly taken = new Map<string, { subject: string; to: string; times: number }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  reachedBy(process: Process): Mailer {
    const call = <T>(what: () => string, effect: () => T): Promise<T> =>
      this.#kernel.call({ process, port: "mail", what }, effect);
    return {
      open: async () => {
        await call(
          () => "open",
          () => {},
        );
        return {
          // Whether a mail got through whose answer was lost nobody knows: that is what `deferred` says.
          send: (mail) =>
            call(
              () => `take ${mail.messageId}`,
              () => this.#take(mail),
            ).catch(() => DEFERRED),
          close() {},
        };
      },
      ping: () =>
        call(
          () => "ping",
          () => {},
        ),
    };
  }

  #take({ messageId, subject, to }: OutgoingMail): Verdict {
    const known = this.taken.get(messageId);
    this.taken.set(messageId, { subject, to: to.email, times: (known?.times ?? 0) + 1 });
    return { kind: "accepted" };
  }
}

const DEFERRED: Verdict = { kind: "deferred", reason: "no answer" };
