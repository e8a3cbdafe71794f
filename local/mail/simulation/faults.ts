/** Faults that a test asks for. They live in memory: a restart heals them. */

/** Where in a mail's way a fault strikes: at the connection, at MAIL FROM, at RCPT TO, after the text. */
export const FAULT_PLACES = ["connect", "mail", "rcpt", "data"] as const;
export type FaultPlace = (typeof FAULT_PLACES)[number];

/**
 * temporary: 421 at the connection, 451 elsewhere; the sender may try again.
 * permanent: 554 at the connection, 550 elsewhere.
 * disconnect: the connection is cut instead of an answer, nothing is kept.
 * disconnect_after: at data only: the mail is kept, and the connection cut instead of the answer.
 * slow: the answer comes after `delayMs`.
 */
export const FAULT_MODES = ["temporary", "permanent", "disconnect", "disconnect_after", "slow"] as const;
export type FaultMode = (typeof FAULT_MODES)[number];

export interface Fault {
  at: FaultPlace;
  mode: FaultMode;
  /** Strikes only mails to this address (at rcpt and data); null: every mail. */
  recipient: string | null;
  /** How often it still strikes. */
  times: number;
  delayMs: number;
}

export const MAX_FAULTS = 100;
export const MAX_TIMES = 10_000;
export const MAX_DELAY_MS = 60_000;

export class FaultBook {
  #faults: Fault[] = [];

  /** Adds a fault; false when there are too many. */
  add(fault: Fault): boolean {
    if (this.#faults.length >= MAX_FAULTS) return false;
    this.#faults.push({ ...fault });
    return true;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that strikes here, used up by one; the oldest that matches. */
  take(at: FaultPlace, recipients: string[] = []): Fault | null {
    const fault = this.#faults.find(
      (one) => one.at === at && (one.recipient === null || recipients.includes(one.recipient)),
    );
    if (!fault) return null;
    fault.times -= 1;
    if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault);
    return fault;
  }
}
