import { newId } from "#shared/ids/id.ts";
import type { Payload, TopicName } from "#shared/saga/declaration.ts";
import { envelope, toMessage } from "#shared/saga/envelope.ts";
import type { Booking } from "../core/booking.ts";
import { type Signal, signalOf } from "../core/input.ts";
import type { NewBooking } from "../repositories/bookings.ts";

/** When the samples' bookings are made, epoch ms. */
export const NOW = Date.parse("2026-12-01T18:00:00Z");

export const SEATS = ["a-1", "a-2"];
const EVENT_ID = "evnt_1";
const AT = { now: NOW, traceparent: "" };

/** A booking as a request makes it, with an id of its own. */
export function bookingOf(over: Partial<Booking> = {}): Booking {
  return {
    id: newId("bkg", NOW),
    userId: "usr_1",
    userEmail: "a@example.com",
    userName: "A",
    organiserId: "usr_2",
    eventId: EVENT_ID,
    eventName: "Opera",
    eventDate: "2027-01-01T18:00:00.000Z",
    venueName: "House",
    eventTimeZone: "Europe/Vienna",
    eventVersion: 1,
    state: "INITIATED",
    failureReason: null,
    failureDetail: null,
    cancellation: null,
    requestedSeatIds: SEATS,
    generalAdmission: [{ name: "Floor", quantity: 2 }],
    seatIds: [],
    totalAmount: 19_000,
    currency: "EUR",
    paymentMethodToken: "pm_card_visa",
    paymentId: null,
    seatsClear: false,
    moneyClear: false,
    deadlineAt: NOW + 120_000,
    deadlinesPassed: 0,
    reminders: 0,
    createdAt: NOW,
    updatedAt: NOW,
    ...over,
  };
}

/** What is written with a new booking. */
export function newBookingOf(booking = bookingOf(), key: string | null = null): NewBooking {
  const { id: bookingId, userId, eventId, totalAmount, currency, generalAdmission } = booking;
  const payload = { bookingId, userId, eventId, seatIds: SEATS, generalAdmission, totalAmount, currency };
  const price = { price: 4_750, fee: 0, tax: 0, discount: 0 };
  return {
    booking,
    lines: [
      { seatId: "a-1", label: "Stalls, row a, seat 1", tier: "A", quantity: 1, ...price },
      { seatId: null, label: "Floor", tier: "B", quantity: 2, ...price },
    ],
    step: { at: NOW, step: "booking.initiated", state: "INITIATED", detail: null },
    message: toMessage(envelope("booking.initiated", bookingId, payload, AT)),
    idempotencyKey: key === null ? null : { userId, key, bodyHash: "hash", bookingId },
  };
}

const signalFrom = <T extends TopicName>(topic: T, bookingId: string, payload: Payload<T>): Signal =>
  signalOf(envelope(topic, bookingId, payload, AT));

const of = (bookingId: string) => ({ bookingId, eventId: EVENT_ID });
const payment = (bookingId: string) => ({
  ...{ bookingId, paymentId: "pay_1", amount: 19_000, currency: "EUR", failureReason: null },
});

/** What a booking hears, as its consumer reads it from the topics. */
export const heard = {
  locked: (id: string) =>
    signalFrom("seats.locked", id, {
      ...{ ...of(id), seatIds: SEATS, lockExpiresAt: new Date(NOW + 300_000).toISOString() },
    }),
  lockFailed: (id: string, reason = "SEATS_TAKEN") =>
    signalFrom("seats.lock-failed", id, {
      ...{ ...of(id), requestedSeatIds: SEATS, unavailableSeatIds: ["a-1"], reason },
    }),
  confirmed: (id: string) =>
    signalFrom("seats.confirmed", id, { ...of(id), seatIds: SEATS, seq: 2, epoch: 1 }),
  released: (id: string, cause: "EXPIRED" | "RELEASED" = "RELEASED") =>
    signalFrom("seats.released", id, { ...of(id), seatIds: SEATS, cause, seq: 3, epoch: 1 }),
  authorised: (id: string) =>
    signalFrom("payment.processed", id, {
      ...{ ...payment(id), status: "SUCCESS" as const, providerTransactionId: "pi_1" },
    }),
  declined: (id: string) =>
    signalFrom("payment.processed", id, {
      ...{ ...payment(id), status: "FAILED" as const, providerTransactionId: "pi_1" },
      failureReason: "card_declined",
    }),
  captured: (id: string) => signalFrom("payment.captured", id, { ...payment(id), status: "SUCCESS" }),
  refunded: (id: string, status: "SUCCESS" | "FAILED" = "SUCCESS") =>
    signalFrom("payment.refunded", id, {
      ...{ ...payment(id), status, refundId: "re_1", initiator: "UNDO" },
    }),
  voided: (id: string) => signalFrom("payment.voided", id, { bookingId: id, reason: "PAYMENT_FAILED" }),
};
