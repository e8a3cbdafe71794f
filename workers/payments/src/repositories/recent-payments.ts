import type { Clock } from "#shared/clock.ts";
import type { Payment } from "../core/payment.ts";

/** What one consumer writes in a rush before it comes back to it; what is pushed out is read again. */
const MOST = 1_000;

/** Noted with one write: no more than a batch has steps. */
const MOST_NOTED = 16;

/** By then the capture of what was authorised has mostly come, and its write notes what was sent. */
const CAPTURE_COMES_MS = 250;

/** Plans work, once, for a moment later. */
export type Later = (work: () => Promise<void>) => void;

/**
 * Payments as their consumer has just written them, and told. A payment's messages come to one consumer, so that what it
 * wrote is mostly what it would read: it goes by that, and the guard of its next write tells where it is not so. That
 * messages are sent is noted with a later write, too. All of it may be forgotten: then the payment is read, and what it
 * said is said again by the sweeper.
 */
export class RecentPayments {
  readonly #clock: Clock;
  readonly #later: Later;
  readonly #told = new Map<string, Payment>();
  /** Of those, the ones whose documents say still that their messages are unsent; and since when. */
  readonly #unnoted = new Map<string, number>();
  #isPlanned = false;

  constructor(clock: Clock, later: Later) {
    this.#clock = clock;
    this.#later = later;
  }

  /**
   * @param payment as it was written, with what was in its outbox sent since
   * @param note notes payments as sent, should nothing be written before long
   */
  told(payment: Payment, note: (sent: Payment[]) => Promise<void>): void {
    const { bookingId } = payment;
    this.take(bookingId);
    this.#told.set(bookingId, { ...payment, outbox: [], unsent: false });
    this.#unnoted.set(bookingId, this.#clock());
    if (this.#told.size > MOST) this.take(this.#told.keys().next().value!);
    this.#plan(note);
  }

  /** One as it was last written, once: whoever then loses the race for it reads it. */
  take(bookingId: string): Payment | null {
    const payment = this.#told.get(bookingId) ?? null;
    this.#told.delete(bookingId);
    this.#unnoted.delete(bookingId);
    return payment;
  }

  /** The same, where it waits for its capture. */
  takeAuthorised(bookingId: string): Payment | null {
    return this.#told.get(bookingId)?.state === "AUTHORISED" ? this.take(bookingId) : null;
  }

  /** Those that are to be noted as sent by now, once each. */
  takeUnnoted(): Payment[] {
    const taken: Payment[] = [];
    for (const [bookingId, since] of this.#unnoted) {
      if (taken.length === MOST_NOTED) break;
      const payment = this.#told.get(bookingId)!;
      if (payment.state === "AUTHORISED" && this.#clock() - since < CAPTURE_COMES_MS) continue;
      taken.push(payment);
      this.#unnoted.delete(bookingId);
      if (payment.state !== "AUTHORISED") this.#told.delete(bookingId);
    }
    return taken;
  }

  #plan(note: (sent: Payment[]) => Promise<void>): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#later(async () => {
      this.#isPlanned = false;
      const sent = this.takeUnnoted();
      if (this.#unnoted.size > 0) this.#plan(note);
      if (sent.length > 0) await note(sent);
    });
  }
}
