import { setTimeout as delay } from "node:timers/promises";
import { answerOf } from "#local/seed/api.ts";
import type { Client } from "#shared/client/client.ts";
import { bookingTimeline } from "#shared/client/generated/sdk.gen.ts";
import { type BookingState, STATUS_OF } from "#shared/saga/declaration.ts";
import type { Moment } from "./plan.ts";

/** A booking that has not come so far by then never will: the kill comes anyway. */
const WATCH_LIMIT_MS = 5_000;

const RANK: Record<BookingState, number> = {
  INITIATED: 0,
  PAYING: 1,
  RESERVING: 2,
  CAPTURING: 3,
  CONFIRMED: 4,
  FAILED: 4,
  CANCELLED: 4,
};

/** What was seen of the watched booking last, before its moment came: null when no answer came in time. */
export type Seen = BookingState | null;

/** Waits for a round's moment, counted from the first 202, watching that booking. */
export async function awaitMoment(moment: Moment, buyer: Client, bookingId: string): Promise<Seen> {
  let seen: Seen = null;
  let isOver = false;
  const isReached = () => moment.kind === "pending" && seen !== null && RANK[seen] >= RANK[moment.at];
  const watching = (async () => {
    while (!isOver && !isReached()) {
      const { steps } = await answerOf(bookingTimeline({ client: buyer, path: { id: bookingId } }));
      seen = (steps.at(-1)?.state as BookingState | undefined) ?? seen;
    }
  })();
  const limitMs = moment.kind === "after" ? moment.ms : WATCH_LIMIT_MS;
  if (moment.kind === "after") await delay(limitMs);
  else await Promise.race([watching, delay(limitMs)]);
  isOver = true;
  // Its last request dies with the platform.
  watching.catch(() => {});
  return seen;
}

export const isPending = (seen: Seen): boolean => seen !== null && STATUS_OF[seen] === "PENDING";
