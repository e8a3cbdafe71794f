import type { Booking, Payment, SeatMap } from "#local/e2e/context.ts";
import { paymentRecordOf } from "#local/e2e/payment-record.ts";
import { until } from "#local/e2e/until.ts";
import { answerOf } from "#local/seed/api.ts";
import {
  bookingTimeline,
  createBooking,
  getBooking,
  getBookingPayment,
  seats,
} from "#shared/client/generated/sdk.gen.ts";
import type { NewBooking } from "#shared/client/generated/types.gen.ts";
import { anyone, config, type User } from "./world.ts";

/** A booking's body; paid by the card that always works. */
export function bookingBody(eventId: string, seatIds: string[], changes: object = {}): NewBooking {
  return { eventId, seatIds, paymentMethod: { type: "card", token: "pm_card_visa" }, ...changes };
}

/** Asks for places. @returns the id of the booking, which has been accepted */
export async function book(buyer: User, body: NewBooking): Promise<string> {
  return (await answerOf(createBooking({ client: buyer.api, body }))).bookingId;
}

/** The booking once it is decided. */
export async function decided(buyer: User, bookingId: string): Promise<Booking> {
  const ask = () => answerOf(getBooking({ client: buyer.api, path: { id: bookingId } }));
  return until("the booking's end", ask, ({ status }) => status !== "PENDING");
}

export async function stepsOf(buyer: User, bookingId: string): Promise<[string, string][]> {
  const { steps } = await answerOf(bookingTimeline({ client: buyer.api, path: { id: bookingId } }));
  return steps.map(({ step, state }) => [step, state]);
}

export function paymentOf(buyer: User, bookingId: string): Promise<Payment> {
  return answerOf(getBookingPayment({ client: buyer.api, path: { bookingId } }));
}

/** The map as it is: who asks so is not answered with one of the last second. */
export function seatMapOf(eventId: string): Promise<SeatMap> {
  return answerOf(seats({ client: anyone.api, cache: "no-cache", path: { eventId } }));
}

/** The status of some seats, by their ids. */
export async function statusOf(eventId: string, seatIds: string[]): Promise<Record<string, string>> {
  const map = await seatMapOf(eventId);
  return Object.fromEntries(
    map.seats.filter(({ id }) => seatIds.includes(id)).map(({ id, status }) => [id, status]),
  );
}

/** What the Stripe stand-in itself has on a booking. */
export function intentsOf(bookingId: string) {
  const record = paymentRecordOf(config);
  if (!record) throw new Error("the platform under test has no secrets");
  return record(bookingId, Date.now());
}
