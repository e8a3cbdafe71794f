import { setTimeout as delay } from "node:timers/promises";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { answerOf, signIn } from "#local/seed/api.ts";
import { createEvent, createVenue, putPlan } from "#shared/client/generated/sdk.gen.ts";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { eventBody, plan, VENUE } from "./bodies.ts";

/** The largest plan that is allowed. */
export const SEATS = 100_000;
/** Four at a time fill a row. */
const SEATS_PER_ROW = 100;
/** Reading a plan of that size and opening its map takes seconds. */
const OPEN_LIMIT_MS = 120_000;

/** An event of its own, of which every seat is free. */
export interface Hall {
  eventId: string;
  /** In the order of the plan. */
  seatIds: string[];
}

/**
 * Draws a plan of so many seats, and announces an event on it, as an organiser would. Resolves when its seat map is open.
 * @param seats in whole rows of 100
 */
export async function openHall(url: string, { seats, name }: { seats: number; name: string }): Promise<Hall> {
  const client = await signIn(url, ACCOUNTS.organiser);
  const drawn = plan({ rows: seats / SEATS_PER_ROW, seatsPerRow: SEATS_PER_ROW });
  const venue = { ...VENUE, name: `A Hall of ${seats}`, capacity: seats };
  const { id: venueId } = await answerOf(createVenue({ client, body: venue }));
  await answerOf(putPlan({ client, path: { id: venueId }, body: drawn }));
  const body = eventBody(venueId, { name });
  const { id: eventId } = await answerOf(createEvent({ client, body }));
  await untilOpen(`${url}/api/inventory/events/${eventId}/seats`);
  const seatIds = drawn.zones
    .flatMap(({ rows }) => rows.flatMap(({ seats }) => seats))
    .map((s) => s.seat_guid);
  return { eventId, seatIds };
}

async function untilOpen(address: string): Promise<void> {
  const giveUpAt = performance.now() + OPEN_LIMIT_MS;
  for (;;) {
    const signal = AbortSignal.timeout(OPEN_LIMIT_MS);
    const response = await fetch(address, { headers: { accept: PACKED_SEATS }, signal });
    await response.arrayBuffer();
    if (response.ok) return;
    if (performance.now() > giveUpAt)
      throw new Error(`the seat map answers ${response.status}, and is not open`);
    await delay(100);
  }
}
