import { newId } from "#shared/ids/id.ts";
import type { Payload, TopicName } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";

/** What is said of one booking, and to whom. */
export interface Booking {
  id: string;
  userId: string;
  email: string;
  confirmed: Envelope<"booking.confirmed">;
  failed: Envelope<"booking.failed">;
  /** @param ask counts how often the undo was asked for: each time the message has another id */
  cancelled(ask?: number): Envelope<"booking.cancelled">;
  refunded(over?: Partial<Payload<"payment.refunded">>): Envelope<"payment.refunded">;
}

/** @param now epoch ms */
export function newBooking(now: number, over: Partial<Payload<"booking.cancelled">> = {}): Booking {
  const id = newId("bkg", now);
  const userId = newId("usr", now);
  const eventId = newId("evnt", now);
  const email = `${userId}@example.com`;
  const party = { userId, userEmail: email, userName: "Maria", eventId, eventName: "La Traviata" };
  const money = { currency: "EUR" };
  const say = <T extends TopicName>(type: T, payload: Payload<T>, step = id) =>
    envelope(type, step, payload, { now, traceparent: `00-${id.slice(4)}-0000000000000001-01` });
  return {
    ...{ id, userId, email },
    confirmed: say("booking.confirmed", {
      ...{ bookingId: id, ...party, ...money, totalAmount: 24_000, paymentId: "pay_1" },
      ...{ eventDate: "2026-12-21T18:00:00.000Z", venueName: "Opera House", seatIds: ["a-1"] },
    }),
    failed: say("booking.failed", { bookingId: id, ...party, reason: "TIMEOUT", failureDetail: "" }),
    cancelled: (ask = 1) =>
      say(
        "booking.cancelled",
        {
          ...{ bookingId: id, ...party, ...money, seatIds: ["a-1"], refundAmount: 24_000, reason: "BUYER" },
          cancelledAt: new Date(now).toISOString(),
          ...over,
        },
        `${id}:${ask}`,
      ),
    refunded: (refund = {}) =>
      say(
        "payment.refunded",
        {
          ...{ bookingId: id, paymentId: "pay_1", refundId: `re_${id}`, status: "SUCCESS", amount: 24_000 },
          ...{ ...money, initiator: "UNDO", failureReason: null, ...refund },
        },
        `${id}:${refund.refundId ?? 1}`,
      ),
  };
}

export function newUser(now: number): Envelope<"user.registered"> {
  const userId = newId("usr", now);
  const user = { userId, name: "Maria", email: `${userId}@example.com` };
  const payload = { ...user, registeredAt: new Date(now).toISOString() };
  return envelope("user.registered", userId, payload, { now, traceparent: "" });
}
