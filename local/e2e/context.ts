import type { Client } from "#shared/client/client.ts";
import { bookingTimeline, getBooking, getBookingPayment, seats } from "#shared/client/generated/sdk.gen.ts";
import type { EventSummary } from "#shared/client/generated/types.gen.ts";
import { answerOf } from "../seed/api.ts";
import type { PaymentRecord } from "./payment-record.ts";
import type { Report } from "./report.ts";

export type {
  Booking,
  BookingTimeline as Timeline,
  Payment,
  Seat,
  SeatMap,
} from "#shared/client/generated/types.gen.ts";

/** What every scenario of a run has. */
export interface Run {
  report: Report;
  /** The public API as the buyer. */
  buyer: Client;
  event: EventSummary;
  /** null when the provider cannot be asked; the run says so. */
  paymentRecord: PaymentRecord | null;
  random: () => number;
}

type Buyer = Pick<Run, "buyer">;

/** As it is now, not as it was within the last second. */
export const seatMapOf = ({ buyer: client }: Buyer, eventId: string) =>
  answerOf(seats({ client, cache: "no-cache", path: { eventId } }));

export const bookingOf = ({ buyer: client }: Buyer, id: string) =>
  answerOf(getBooking({ client, path: { id } }));

export const paymentOf = ({ buyer: client }: Buyer, bookingId: string) =>
  answerOf(getBookingPayment({ client, path: { bookingId } }));

export const timelineOf = ({ buyer: client }: Buyer, id: string) =>
  answerOf(bookingTimeline({ client, path: { id } }));

/** Minor units as people read them: 13500 EUR is €135.00. */
export function formatAmount(minor: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
