import type { Clock } from "#shared/clock.ts";
import type { ViewsRpc } from "#shared/rpc/events.ts";

/** Views are handed on at most so often by each isolate. */
const EVERY_MS = 1_000;
/** Events of which views are counted until then. */
const MAX_COUNTED = 49;

/** Views of pages that came from here, and of which events has not heard. Plain data: no request waits for another's. */
export interface EdgeTally {
  views: Map<string, number>;
  handedOnAt: number;
}

const ofIsolate: EdgeTally = { views: new Map(), handedOnAt: 0 };

/**
 * Counts a view of an event's page; now and then tells events what was counted. The last views before a silence wait for
 * the next one.
 */
export async function countView(
  eventId: string,
  { events, clock }: { events: ViewsRpc; clock: Clock },
  tally = ofIsolate,
): Promise<void> {
  const { views } = tally;
  if (views.has(eventId) || views.size < MAX_COUNTED) views.set(eventId, (views.get(eventId) ?? 0) + 1);
  const now = clock();
  if (now - tally.handedOnAt < EVERY_MS) return;
  tally.handedOnAt = now;
  tally.views = new Map();
  await events.viewed([...views]);
}
