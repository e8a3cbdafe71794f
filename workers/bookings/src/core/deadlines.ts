import { drawnFrom, pauseMs } from "#shared/backoff.ts";
import { type BookingState, STATUS_OF, TOPICS, WAITS_FOR } from "#shared/saga/declaration.ts";
import type { Booking } from "./booking.ts";
import type { Signal } from "./input.ts";

/** The answer to a lock that ran out is on its way by then. */
const AFTER_LOCK_MS = 30_000;

/** Past the point of return a booking is never failed by the clock: it asks again, at most so far apart. */
const LONGEST_PENDING_PAUSE_MS = 4 * 60_000;

/** From this reminder on, a booking that is past the point of return is an error in the log. */
const ALERT_FROM = 3;

/**
 * An undo is asked for again this often. By then days have passed: the message was not lost, it cannot be answered, and
 * a person is needed. A refund that is still under way is told by payments, whenever it is decided.
 */
export const MAX_UNDO_REMINDERS = 14;
const LONGEST_UNDO_PAUSE_MS = 86_400_000;

export function isOverdue({ deadlineAt }: Booking, now: number): boolean {
  return deadlineAt !== null && deadlineAt <= now;
}

/** Whether a booking was to be undone, nobody has said that all of it is, and it is asked for no more. */
export function needsPerson(booking: Booking): boolean {
  return isUndone(booking.state) && !isClear(booking) && booking.deadlineAt === null;
}

/** Whether a booking past the point of return has waited for longer than any hop takes. */
export function isStuck({ state, reminders }: Booking): boolean {
  return STATUS_OF[state] === "PENDING" && reminders >= ALERT_FROM;
}

/**
 * When the sweeper looks at a booking again: a state's limit after it began, and later and later while nothing changes.
 * @param next the booking after the signal, but for this
 * @returns epoch ms; null when it waits for nothing, or has waited in vain for as long as it may
 */
export function nextDeadline(before: Booking, next: Booking, signal: Signal, now: number): number | null {
  const { state, reminders } = next;
  const hop = WAITS_FOR[state];
  const limitSeconds = hop === null ? null : TOPICS[hop].limitSeconds;
  if (limitSeconds === null) return null;
  if (isUndone(state) && (isClear(next) || reminders > MAX_UNDO_REMINDERS)) return null;
  if (state === before.state && signal.input !== "deadline") return before.deadlineAt;
  const firstMs = limitSeconds * 1000;
  if (reminders === 0) {
    // A payment is waited for as long as its lock may last, and no longer.
    const { lockExpiresAt } = signal;
    return lockExpiresAt === undefined ? now + firstMs : Math.max(now, lockExpiresAt) + AFTER_LOCK_MS;
  }
  const longestMs = isUndone(state) ? LONGEST_UNDO_PAUSE_MS : LONGEST_PENDING_PAUSE_MS;
  return (
    now + pauseMs({ firstMs, longestMs }, reminders + 1, drawnFrom(`${next.id}:${next.deadlinesPassed}`))
  );
}

const isUndone = (state: BookingState): boolean => state === "FAILED" || state === "CANCELLED";
const isClear = ({ seatsClear, moneyClear }: Booking): boolean => seatsClear && moneyClear;
