import { newId } from "#shared/ids/id.ts";
import type { Payload, TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";

/** What the bookings service would say of one booking. */
export interface Booking {
  id: string;
  requested: Envelope<"payment.requested">;
  capture: Envelope<"payment.capture">;
  failed: Envelope<"booking.failed">;
  cancelled: Envelope<"booking.cancelled">;
}

export interface BookingOptions {
  /** Null: the buyer pays on a page of their own. */
  card?: string | null;
  /** Minor units. */
  amount?: number;
  /** How long after now an authorisation may start, in ms. */
  payWithinMs?: number;
}

/** The messages about a new booking. @param now epoch ms */
export function newBooking(now: number, options: BookingOptions = {}): Booking {
  const { card = "pm_card_visa", amount = 12_500, payWithinMs = 240_000 } = options;
  const id = newId("bkg", now);
  const money = { amount, currency: "EUR" };
  const say = <T extends TopicName>(type: T, payload: Payload<T>) =>
    envelope(type, id, payload, { now, traceparent: "" });
  return {
    id,
    requested: say("payment.requested", {
      ...{ bookingId: id, userId: "usr_1", organiserId: "usr_2", ...money },
      paymentMethodToken: card,
      payBy: new Date(now + payWithinMs).toISOString(),
    }),
    capture: say("payment.capture", { bookingId: id, paymentId: "pay_1", ...money }),
    cancelled: say("booking.cancelled", {
      ...{ bookingId: id, userId: "usr_1", userEmail: "a@example.com", userName: "A" },
      ...{ eventId: "evnt_1", eventName: "Opera", seatIds: ["1-1"], refundAmount: amount, currency: "EUR" },
      ...{ cancelledAt: new Date(now).toISOString(), reason: "BUYER" },
    }),
    failed: say("booking.failed", {
      ...{ bookingId: id, userId: "usr_1", userEmail: "a@example.com", userName: "A" },
      ...{ eventId: "evnt_1", eventName: "Opera", reason: "LOCK_EXPIRED", failureDetail: "" },
    }),
  };
}
