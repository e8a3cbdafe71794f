import type { Answer } from "./ask.ts";

/** What buyers were told, counted while it happens. */
export class Tally {
  /** Buyers who began to ask for a booking, each once. */
  asked = 0;
  /** Buyers whom the load did not send, because too many waited already. */
  notSent = 0;
  loadMs = 0;
  /** Bookings that were promised with a 202. */
  readonly accepted = new Set<string>();
  /** From the first try to the 202, in ms. */
  readonly acceptedMs: number[] = [];
  /** Bookings that their buyers were told are cancelled. */
  readonly cancelled = new Set<string>();
  /** One key, two bookings. */
  readonly twins: string[] = [];
  /** Keys of orders that were refused, with what was said, and of those whose buyers lost patience. */
  readonly refused: string[] = [];
  readonly givenUp: string[] = [];
  /** "503 SERVICE_UNAVAILABLE" and how often; answers that say when to come again, and those that do not. */
  readonly later = new Map<string, number>();
  readonly broken = new Map<string, number>();
  lost = 0;

  accept(bookingId: string, ms: number): void {
    this.accepted.add(bookingId);
    this.acceptedMs.push(ms);
  }

  hear(answer: Answer<unknown>): void {
    if (answer.kind === "lost") this.lost += 1;
    else if (answer.kind === "later") count(this.later, answer.what);
    else if (answer.kind === "broken") count(this.broken, answer.what);
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
