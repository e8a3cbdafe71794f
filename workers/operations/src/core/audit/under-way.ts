import type { BookingFacts } from "#shared/rpc/audit/bookings.ts";
import { endedAt } from "./facts.ts";

/**
 * What is under way is no divergence. These are the times after which it is one. They are counted from the beginning of
 * the run, so that a long run does not find what happened while it ran.
 */

/** A booking that changed so lately may not have reached all stores: others hear of it by messages. */
export const SETTLED_AFTER_MS = 60_000;

/** A message waits in an outbox for a claim to run out (10 s) and the next sweep (5 s), longer while Kafka is out. */
export const SENT_AFTER_MS = 60_000;

/** How late the sweeper may be for a deadline. */
export const SWEPT_AFTER_MS = 60_000;

/** By then a booking is decided, also with the longest seat lock (an hour), and every step after the lock. */
export const DECIDED_AFTER_MS = 75 * 60_000;

/** An undo is asked for again after 30 s, 60 s, 2 min and 4 min. By then somebody should have answered. */
export const UNDONE_AFTER_MS = 10 * 60_000;

/** A mail that was noted may wait for a mail server that is out. */
export const MAILED_AFTER_MS = 60 * 60_000;

/** The SeatMap's alarm ends locks when they are due; a busy one some seconds later. */
export const EXPIRED_AFTER_MS = 15_000;

/** A SeatMap hands its log to inventory's database once a second, later while that is out. */
export const PROJECTED_AFTER_MS = 60_000;

/** Whether all that follows from a booking's last change should be everywhere. */
export const isSettled = ({ updatedAt }: BookingFacts, now: number): boolean =>
  updatedAt < now - SETTLED_AFTER_MS;

/** Whether a booking's undo has had its time. */
export function isUndoOver(booking: BookingFacts, now: number): boolean {
  const ended = endedAt(booking);
  return ended !== null && ended < now - UNDONE_AFTER_MS;
}
