import type { z } from "zod";
import type { bookingTimelineRoute, getBookingRoute } from "#shared/contracts/bookings.ts";
import type { getEventRoute } from "#shared/contracts/events.ts";
import type { seatsRoute } from "#shared/contracts/inventory.ts";
import type { getBookingPaymentRoute } from "#shared/contracts/payments.ts";
import type { Api } from "../seed/api.ts";
import type { PaymentRecord } from "./payment-record.ts";
import type { Report } from "./report.ts";

/** The body of a route's 200. */
type Ok<R extends { responses: { 200: { content: { "application/json": { schema: z.ZodType } } } } }> =
  z.infer<R["responses"][200]["content"]["application/json"]["schema"]>;

export type Booking = Ok<typeof getBookingRoute>;
/** As a list has it: without its venue. */
export type Event = Omit<Ok<typeof getEventRoute>, "venue">;
export type Payment = Ok<typeof getBookingPaymentRoute>;
export type SeatMap = Ok<typeof seatsRoute>;
export type Seat = SeatMap["seats"][number];
export type Timeline = Ok<typeof bookingTimelineRoute>;

/** What every scenario of a run has. */
export interface Run {
  report: Report;
  /** The public API as the buyer. */
  buyer: Api;
  event: Event;
  /** null when the provider cannot be asked; the run says so. */
  paymentRecord: PaymentRecord | null;
  random: () => number;
}

export const seatMapOf = ({ buyer }: Pick<Run, "buyer">, eventId: string) =>
  buyer.get<SeatMap>(`/api/inventory/events/${eventId}/seats`);

export const bookingOf = ({ buyer }: Run, id: string) => buyer.get<Booking>(`/api/bookings/${id}`);

export const paymentOf = ({ buyer }: Run, id: string) => buyer.get<Payment>(`/api/payments/booking/${id}`);

export const timelineOf = ({ buyer }: Run, id: string) => buyer.get<Timeline>(`/api/bookings/${id}/timeline`);

/** Minor units as people read them: 13500 EUR is €135.00. */
export function formatAmount(minor: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
