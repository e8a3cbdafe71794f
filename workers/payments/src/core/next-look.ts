import { drawnFrom } from "#shared/backoff.ts";
import { isAfterCapture } from "./machine.ts";
import type { Payment } from "./payment.ts";

/** In flight, a payment is looked at again after this, should nobody have moved it. */
const FIRST_LOOK_MS = 30_000;
/** Somebody waits for it: a buyer, or a booking that is to be undone. */
const LONGEST_IN_FLIGHT_MS = 2 * 60_000;
/** A refund may be under way for days. */
const LONGEST_AFTER_CAPTURE_MS = 6 * 3_600_000;

/** What Stripe has not decided by then, though it answers, it never will: a person is needed. */
const UNDECIDED_IN_FLIGHT_MS = 7 * 86_400_000;
/** https://docs.stripe.com/refunds: a refund takes up to ten business days, and may fail for a month. */
const UNDECIDED_AFTER_CAPTURE_MS = 30 * 86_400_000;

type Waiting = Pick<Payment, "bookingId" | "rev" | "payBy" | "state" | "updatedAt">;

/**
 * When the sweeper looks at a payment in flight next. While it may still be authorised: after a while, and at `payBy`,
 * when an open authorisation has to end. After that, the longer nothing has changed, the longer it waits. Half of the
 * pause is drawn, so that what got stuck together does not come back together.
 * @param now epoch ms
 */
export function nextLook(payment: Waiting, now: number): Date {
  const { bookingId, rev, payBy, state } = payment;
  const longestMs = isAfterCapture(state) ? LONGEST_AFTER_CAPTURE_MS : LONGEST_IN_FLIGHT_MS;
  const full = Math.min(longestMs, Math.max(FIRST_LOOK_MS, unchangedMs(payment, now)));
  const next = now + Math.round(full / 2 + (full / 2) * drawnFrom(`${bookingId}:${rev}`));
  const end = payBy.getTime();
  return new Date(end > now && end < next && !isAfterCapture(state) ? end : next);
}

/** Whether Stripe has left a payment undecided for longer than it ever takes. */
export function isLeftUndecided(payment: Waiting, now: number): boolean {
  const limitMs = isAfterCapture(payment.state) ? UNDECIDED_AFTER_CAPTURE_MS : UNDECIDED_IN_FLIGHT_MS;
  return unchangedMs(payment, now) > limitMs;
}

/** Before `payBy` a payment waits for its buyer, who takes the time that there is. */
function unchangedMs({ state, payBy, updatedAt }: Waiting, now: number): number {
  const isAuthorising = state === "CREATED" || state === "AUTHORISING" || state === "ACTION_REQUIRED";
  return now - Math.max(updatedAt.getTime(), isAuthorising ? payBy.getTime() : 0);
}
