import type { BookingFacts } from "#shared/rpc/audit/bookings.ts";
import type { DecisionFacts } from "#shared/rpc/audit/inventory.ts";
import type { MailFacts } from "#shared/rpc/audit/notifications.ts";
import type { PaymentFacts } from "#shared/rpc/audit/payments.ts";
import { type BookingStatus, STATUS_OF } from "#shared/saga/declaration.ts";
import type { Finding } from "./page.ts";

/** How often the topics say how a booking ended. A message that was sent twice counts twice. */
export type Told = Record<Exclude<BookingStatus, "PENDING">, number>;

export const NOTHING_TOLD: Told = { CONFIRMED: 0, FAILED: 0, CANCELLED: 0 };

/** One booking as every store has it, read one store after the other. */
export interface BookingSeen {
  booking: BookingFacts;
  /** Null where payments has none. */
  payment: PaymentFacts | null;
  /** What the event's SeatMap decided for it; null where it decided nothing. */
  decision: DecisionFacts | null;
  mails: MailFacts[];
  told: Told;
}

/** Looks at one booking. @param now epoch ms: when the run began */
export type BookingCheck = (seen: BookingSeen, now: number) => Finding[];

/** A finding about a booking. */
export function about(
  { id: bookingId, eventId }: BookingFacts,
  check: string,
  detail: string,
  { mend = null, subject = bookingId }: Partial<Pick<Finding, "mend" | "subject">> = {},
): Finding {
  return { check, bookingId, eventId, detail, mend, subject };
}

/** When a booking was decided, epoch ms; null while it is PENDING. Later steps only finish what that began. */
export function endedAt({ state, steps, updatedAt }: BookingFacts): number | null {
  if (STATUS_OF[state] === "PENDING") return null;
  return steps.find((step) => step.state === state)?.at ?? updatedAt;
}

/** Whether a booking has failed or was given back. */
export const isUndone = ({ state }: BookingFacts): boolean => state === "FAILED" || state === "CANCELLED";

/** Whether a booking was confirmed, now or before it was given back. */
export const wasConfirmed = (booking: BookingFacts): boolean =>
  booking.state === "CONFIRMED" || booking.steps.some(({ state }) => state === "CONFIRMED");

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [first, second] = [new Set(a), new Set(b)];
  return a.length === b.length && first.size === a.length && a.every((one) => second.has(one));
}
