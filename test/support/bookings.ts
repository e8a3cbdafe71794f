import type { Booking, Payment, SeatMap, Timeline } from "#local/e2e/context.ts";
import { paymentRecordOf } from "#local/e2e/payment-record.ts";
import { until } from "#local/e2e/until.ts";
import { anyone, config, type User } from "./world.ts";

/** A booking's body; paid by the card that always works. */
export function bookingBody(eventId: string, seatIds: string[], changes: object = {}) {
  return { eventId, seatIds, paymentMethod: { type: "card", token: "pm_card_visa" }, ...changes };
}

/** Asks for places. @returns the id of the booking, which has been accepted */
export async function book(buyer: User, body: object): Promise<string> {
  const { status, body: accepted } = await buyer.post<{ bookingId: string }>("/api/bookings", body);
  if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(accepted)}`);
  return accepted.bookingId;
}

/** The booking once it is decided. */
export async function decided(buyer: User, bookingId: string): Promise<Booking> {
  const ask = () => buyer.get<Booking>(`/api/bookings/${bookingId}`);
  return (await until("the booking's end", ask, ({ body }) => body.status !== "PENDING")).body;
}

export async function stepsOf(buyer: User, bookingId: string): Promise<[string, string][]> {
  const { body } = await buyer.get<Timeline>(`/api/bookings/${bookingId}/timeline`);
  return body.steps.map(({ step, state }) => [step, state]);
}

export async function paymentOf(buyer: User, bookingId: string): Promise<Payment> {
  return (await buyer.get<Payment>(`/api/payments/booking/${bookingId}`)).body;
}

export async function seatMapOf(eventId: string): Promise<SeatMap> {
  return (await anyone.get<SeatMap>(`/api/inventory/events/${eventId}/seats`)).body;
}

/** The status of some seats, by their ids. */
export async function statusOf(eventId: string, seatIds: string[]): Promise<Record<string, string>> {
  const { seats } = await seatMapOf(eventId);
  return Object.fromEntries(
    seats.filter(({ id }) => seatIds.includes(id)).map(({ id, status }) => [id, status]),
  );
}

/** What the Stripe stand-in itself has on a booking. */
export function intentsOf(bookingId: string) {
  const record = paymentRecordOf(config);
  if (!record) throw new Error("the platform under test has no secrets");
  return record(bookingId, Date.now());
}
