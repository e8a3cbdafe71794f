import { setTimeout as delay } from "node:timers/promises";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { answerOf, signIn } from "#local/seed/api.ts";
import type { Client } from "#shared/client/client.ts";
import {
  bookingTimeline,
  createBooking,
  getBooking,
  listEvents,
  seats as seatMap,
} from "#shared/client/generated/sdk.gen.ts";

const POLL_MS = 10;
const SEATS_EACH = 2;
/** A booking that takes this long is broken: there is nothing to measure. */
const LIMIT_MS = 60_000;

export interface BookingTime {
  /** From the 202 until CONFIRMED was seen, in ms. */
  seenMs: number;
  /** Between the first and the last step of its own timeline, in ms. */
  ownMs: number;
}

/** Makes bookings one after another. Throws when one is not confirmed. */
export async function timeBookings(url: string, count: number): Promise<BookingTime[]> {
  const next = await bookingTimer(url, count);
  const times: BookingTime[] = [];
  for (let n = 0; n < count; n++) times.push(await next());
  return times;
}

/**
 * A buyer on this platform. What is returned makes a booking for two free seats, with a good card, and times it; it
 * throws when the booking is not confirmed.
 * @param count how many bookings there will be
 */
export async function bookingTimer(url: string, count: number): Promise<() => Promise<BookingTime>> {
  const client = await signIn(url, ACCOUNTS.buyer);
  const { data: events } = await answerOf(listEvents({ client }));
  const eventId = events[0]?.id ?? "";
  const { seats } = await answerOf(seatMap({ client, cache: "no-cache", path: { eventId } }));
  const free = seats.filter(({ status }) => status === "AVAILABLE").map(({ id }) => id);
  if (free.length < count * SEATS_EACH) throw new Error(`only ${free.length} seats are free`);
  return () => timeBooking(client, eventId, free.splice(0, SEATS_EACH));
}

async function timeBooking(client: Client, eventId: string, seatIds: string[]): Promise<BookingTime> {
  const paymentMethod = { type: "card" as const, token: "pm_card_visa" };
  const { bookingId } = await answerOf(createBooking({ client, body: { eventId, seatIds, paymentMethod } }));
  const acceptedAt = performance.now();
  let status: string = "PENDING";
  while (status === "PENDING") {
    if (performance.now() - acceptedAt > LIMIT_MS) throw new Error(`${bookingId} is PENDING for too long`);
    ({ status } = await answerOf(getBooking({ client, path: { id: bookingId } })));
    if (status === "PENDING") await delay(POLL_MS);
  }
  const seenMs = performance.now() - acceptedAt;
  if (status !== "CONFIRMED") throw new Error(`${bookingId} became ${status}`);
  const { steps } = await answerOf(bookingTimeline({ client, path: { id: bookingId } }));
  return { seenMs, ownMs: Date.parse(steps.at(-1)!.at) - Date.parse(steps[0]!.at) };
}
