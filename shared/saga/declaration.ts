import type { z } from "zod";
import * as payloads from "./payloads.ts";

/** The services that produce or consume. */
export type SagaService = "users" | "events" | "inventory" | "bookings" | "payments" | "notifications";

/**
 * One hop. `undo` names the topic that takes its effect back (null: nothing to take back);
 * `limitSeconds` is how long the asker waits for the answer before its deadline acts
 * (null: the hop asks for no answer).
 */
interface Topic {
  payload: z.ZodType;
  key: "bookingId" | "eventId" | "userId";
  producer: SagaService;
  consumers: readonly SagaService[];
  undo: string | null;
  limitSeconds: number | null;
  retentionDays: number;
}

/**
 * Every topic of the platform, in the order in which an account, an event and a booking meet them. From here come
 * the topics to create, the typed handler tables, the dispatch and the docs: nothing else names a topic twice.
 * Topics that carry a name or an address are kept for 3 days, the others for 7.
 */
// biome-ignore format: one hop a line reads as the table that it is
export const TOPICS = {
  "user.registered":         { payload: payloads.userRegistered,        key: "userId",    producer: "users",     consumers: ["notifications"],                          undo: null,                limitSeconds: null, retentionDays: 3 },
  "event.created":           { payload: payloads.eventCreated,          key: "eventId",   producer: "events",    consumers: ["inventory"],                              undo: null,                limitSeconds: null, retentionDays: 7 },
  "event.updated":           { payload: payloads.eventUpdated,          key: "eventId",   producer: "events",    consumers: ["inventory", "bookings"],                  undo: null,                limitSeconds: null, retentionDays: 7 },
  "event.cancelled":         { payload: payloads.eventCancelled,        key: "eventId",   producer: "events",    consumers: ["inventory", "bookings", "notifications"], undo: null,                limitSeconds: null, retentionDays: 7 },
  "booking.initiated":       { payload: payloads.bookingInitiated,      key: "bookingId", producer: "bookings",  consumers: ["inventory"],                              undo: "seats.release",     limitSeconds: 120,  retentionDays: 7 },
  "seats.locked":            { payload: payloads.seatsLocked,           key: "bookingId", producer: "inventory", consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "seats.lock-failed":       { payload: payloads.seatsLockFailed,       key: "bookingId", producer: "inventory", consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "payment.requested":       { payload: payloads.paymentRequested,      key: "bookingId", producer: "bookings",  consumers: ["payments"],                               undo: "booking.failed",    limitSeconds: 330,  retentionDays: 7 },
  "payment.action-required": { payload: payloads.paymentActionRequired, key: "bookingId", producer: "payments",  consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "payment.processed":       { payload: payloads.paymentProcessed,      key: "bookingId", producer: "payments",  consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "seats.confirm":           { payload: payloads.seatsConfirm,          key: "bookingId", producer: "bookings",  consumers: ["inventory"],                              undo: "seats.release",     limitSeconds: 30,   retentionDays: 7 },
  "seats.confirmed":         { payload: payloads.seatsConfirmed,        key: "bookingId", producer: "inventory", consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "seats.confirm-failed":    { payload: payloads.seatsConfirmFailed,    key: "bookingId", producer: "inventory", consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "payment.capture":         { payload: payloads.paymentCapture,        key: "bookingId", producer: "bookings",  consumers: ["payments"],                               undo: "booking.cancelled", limitSeconds: 30,   retentionDays: 7 },
  "payment.captured":        { payload: payloads.paymentCaptured,       key: "bookingId", producer: "payments",  consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "booking.confirmed":       { payload: payloads.bookingConfirmed,      key: "bookingId", producer: "bookings",  consumers: ["notifications"],                          undo: "booking.cancelled", limitSeconds: null, retentionDays: 3 },
  "seats.release":           { payload: payloads.seatsRelease,          key: "bookingId", producer: "bookings",  consumers: ["inventory"],                              undo: null,                limitSeconds: 30,   retentionDays: 7 },
  "seats.released":          { payload: payloads.seatsReleased,         key: "bookingId", producer: "inventory", consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "booking.failed":          { payload: payloads.bookingFailed,         key: "bookingId", producer: "bookings",  consumers: ["payments", "notifications"],              undo: null,                limitSeconds: 30,   retentionDays: 3 },
  "booking.cancelled":       { payload: payloads.bookingCancelled,      key: "bookingId", producer: "bookings",  consumers: ["inventory", "payments", "notifications"], undo: null,                limitSeconds: 30,   retentionDays: 3 },
  "payment.voided":          { payload: payloads.paymentVoided,         key: "bookingId", producer: "payments",  consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
  "payment.refunded":        { payload: payloads.paymentRefunded,       key: "bookingId", producer: "payments",  consumers: ["bookings", "notifications"],              undo: null,                limitSeconds: null, retentionDays: 7 },
  "payment.disputed":        { payload: payloads.paymentDisputed,       key: "bookingId", producer: "payments",  consumers: ["bookings"],                               undo: null,                limitSeconds: null, retentionDays: 7 },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof TOPICS;

export type Payload<T extends TopicName> = z.infer<(typeof TOPICS)[T]["payload"]>;

/** The topics that a service consumes. */
export type ConsumedBy<S extends SagaService> = {
  [T in TopicName]: S extends (typeof TOPICS)[T]["consumers"][number] ? T : never;
}[TopicName];

/** The topics that a service produces. */
export type ProducedBy<S extends SagaService> = {
  [T in TopicName]: S extends (typeof TOPICS)[T]["producer"] ? T : never;
}[TopicName];

/** A booking's states; everything before CONFIRMED shows as PENDING. */
export type BookingState =
  | "INITIATED"
  | "PAYING"
  | "RESERVING"
  | "CAPTURING"
  | "CONFIRMED"
  | "FAILED"
  | "CANCELLED";

export type BookingStatus = "PENDING" | "CONFIRMED" | "FAILED" | "CANCELLED";

/**
 * What can happen to a booking: the answers it consumes, told apart by what they say, its buyer's wish, the end
 * of its event, and its deadline.
 */
export type BookingInput =
  | "seats.locked"
  | "seats.lock-failed"
  | "seats.confirmed"
  | "seats.confirm-failed"
  | "seats.expired"
  | "seats.released"
  | "payment.action-required"
  | "payment.authorised"
  | "payment.declined"
  | "payment.captured"
  | "payment.capture-failed"
  | "payment.voided"
  | "payment.refunded"
  | "payment.refund-failed"
  | "payment.refunded-by-provider"
  | "payment.disputed"
  | "cancel"
  | "event.cancelled"
  | "deadline";

/** What a transition sends; `booking.initiated` is sent by the request itself. */
export type BookingEmit = Exclude<ProducedBy<"bookings">, "booking.initiated">;

export type FailureReason = Payload<"booking.failed">["reason"];

export type CancellationReason = Payload<"booking.cancelled">["reason"];

/** What a terminal booking still has to see undone. */
export type Side = "seats" | "money";

export type Rule =
  | { kind: "move"; to: BookingState; emits: readonly BookingEmit[]; because?: FailureReason; clears?: Side }
  | { kind: "early" }
  | { kind: "ignore" };

/** It follows something that has not arrived: wait for that. */
const EARLY: Rule = { kind: "early" };
/** It has no meaning here any more, and nothing follows from it. */
const IGNORE: Rule = { kind: "ignore" };
const move = (to: BookingState, emits: readonly BookingEmit[], clears?: Side): Rule =>
  clears ? { kind: "move", to, emits, clears } : { kind: "move", to, emits };
const fail = (because: FailureReason, emits: readonly BookingEmit[], clears?: Side): Rule =>
  clears
    ? { kind: "move", to: "FAILED", emits, because, clears }
    : { kind: "move", to: "FAILED", emits, because };

const UNDO_BOTH = ["seats.release", "booking.failed"] as const;

/**
 * The booking saga: in each state, what each input does. Capture is the pivot: before it everything can
 * be undone, after it everything must go forward, so RESERVING and CAPTURING never fail by the clock.
 * In a terminal state an emitted undo is sent only while its side is not clear. An event that is cancelled while
 * a booking is past the point of return waits for the booking to be decided: then it undoes that.
 */
// biome-ignore format: a state's row reads as a table
export const BOOKING_MACHINE: Record<BookingState, Record<BookingInput, Rule>> = {
  INITIATED: {
    "seats.locked":                 move("PAYING", ["payment.requested"]),
    "seats.lock-failed":            fail("SEATS_UNAVAILABLE", ["booking.failed"], "seats"),
    "seats.confirmed":              EARLY,
    "seats.confirm-failed":         EARLY,
    "seats.expired":                EARLY,
    "seats.released":               EARLY,
    "payment.action-required":      EARLY,
    "payment.authorised":           EARLY,
    "payment.declined":             EARLY,
    "payment.captured":             EARLY,
    "payment.capture-failed":       EARLY,
    "payment.voided":               EARLY,
    "payment.refunded":             EARLY,
    "payment.refund-failed":        EARLY,
    "payment.refunded-by-provider": EARLY,
    "payment.disputed":             EARLY,
    "cancel":                       move("CANCELLED", ["booking.cancelled"]),
    "event.cancelled":              fail("EVENT_CANCELLED", UNDO_BOTH),
    "deadline":                     fail("TIMEOUT", UNDO_BOTH),
  },
  PAYING: {
    "seats.locked":                 IGNORE,
    "seats.lock-failed":            IGNORE,
    "seats.confirmed":              EARLY,
    "seats.confirm-failed":         EARLY,
    "seats.expired":                fail("LOCK_EXPIRED", UNDO_BOTH, "seats"),
    "seats.released":               IGNORE,
    "payment.action-required":      move("PAYING", []),
    "payment.authorised":           move("RESERVING", ["seats.confirm"]),
    "payment.declined":             fail("PAYMENT_FAILED", UNDO_BOTH),
    "payment.captured":             EARLY,
    "payment.capture-failed":       EARLY,
    "payment.voided":               IGNORE,
    "payment.refunded":             IGNORE,
    "payment.refund-failed":        IGNORE,
    "payment.refunded-by-provider": EARLY,
    "payment.disputed":             EARLY,
    "cancel":                       move("CANCELLED", ["booking.cancelled"]),
    "event.cancelled":              fail("EVENT_CANCELLED", UNDO_BOTH),
    "deadline":                     fail("TIMEOUT", UNDO_BOTH),
  },
  RESERVING: {
    "seats.locked":                 IGNORE,
    "seats.lock-failed":            IGNORE,
    "seats.confirmed":              move("CAPTURING", ["payment.capture"]),
    "seats.confirm-failed":         fail("LOCK_EXPIRED", ["booking.failed"], "seats"),
    "seats.expired":                IGNORE,
    "seats.released":               IGNORE,
    "payment.action-required":      IGNORE,
    "payment.authorised":           IGNORE,
    "payment.declined":             IGNORE,
    "payment.captured":             EARLY,
    "payment.capture-failed":       EARLY,
    "payment.voided":               IGNORE,
    "payment.refunded":             IGNORE,
    "payment.refund-failed":        IGNORE,
    "payment.refunded-by-provider": EARLY,
    "payment.disputed":             EARLY,
    "cancel":                       IGNORE,
    "event.cancelled":              EARLY,
    "deadline":                     move("RESERVING", ["seats.confirm"]),
  },
  CAPTURING: {
    "seats.locked":                 IGNORE,
    "seats.lock-failed":            IGNORE,
    "seats.confirmed":              IGNORE,
    "seats.confirm-failed":         IGNORE,
    "seats.expired":                IGNORE,
    "seats.released":               IGNORE,
    "payment.action-required":      IGNORE,
    "payment.authorised":           IGNORE,
    "payment.declined":             IGNORE,
    "payment.captured":             move("CONFIRMED", ["booking.confirmed"]),
    "payment.capture-failed":       fail("PAYMENT_FAILED", UNDO_BOTH),
    "payment.voided":               IGNORE,
    "payment.refunded":             IGNORE,
    "payment.refund-failed":        IGNORE,
    "payment.refunded-by-provider": EARLY,
    "payment.disputed":             EARLY,
    "cancel":                       IGNORE,
    "event.cancelled":              EARLY,
    "deadline":                     move("CAPTURING", ["payment.capture"]),
  },
  CONFIRMED: {
    "seats.locked":                 IGNORE,
    "seats.lock-failed":            IGNORE,
    "seats.confirmed":              IGNORE,
    "seats.confirm-failed":         IGNORE,
    "seats.expired":                IGNORE,
    "seats.released":               IGNORE,
    "payment.action-required":      IGNORE,
    "payment.authorised":           IGNORE,
    "payment.declined":             IGNORE,
    "payment.captured":             IGNORE,
    "payment.capture-failed":       IGNORE,
    "payment.voided":               IGNORE,
    "payment.refunded":             IGNORE,
    "payment.refund-failed":        IGNORE,
    "payment.refunded-by-provider": move("CONFIRMED", []),
    "payment.disputed":             move("CONFIRMED", []),
    "cancel":                       move("CANCELLED", ["booking.cancelled"]),
    "event.cancelled":              move("CANCELLED", ["booking.cancelled"]),
    "deadline":                     IGNORE,
  },
  FAILED: {
    "seats.locked":                 move("FAILED", ["seats.release"]),
    "seats.lock-failed":            move("FAILED", [], "seats"),
    "seats.confirmed":              move("FAILED", ["seats.release"]),
    "seats.confirm-failed":         move("FAILED", [], "seats"),
    "seats.expired":                move("FAILED", [], "seats"),
    "seats.released":               move("FAILED", [], "seats"),
    "payment.action-required":      move("FAILED", ["booking.failed"]),
    "payment.authorised":           move("FAILED", ["booking.failed"]),
    "payment.declined":             IGNORE,
    "payment.captured":             move("FAILED", ["booking.failed"]),
    "payment.capture-failed":       IGNORE,
    "payment.voided":               move("FAILED", [], "money"),
    "payment.refunded":             move("FAILED", [], "money"),
    "payment.refund-failed":        move("FAILED", []),
    "payment.refunded-by-provider": move("FAILED", []),
    "payment.disputed":             move("FAILED", []),
    "cancel":                       IGNORE,
    "event.cancelled":              IGNORE,
    "deadline":                     move("FAILED", UNDO_BOTH),
  },
  CANCELLED: {
    "seats.locked":                 move("CANCELLED", ["booking.cancelled"]),
    "seats.lock-failed":            move("CANCELLED", [], "seats"),
    "seats.confirmed":              move("CANCELLED", ["booking.cancelled"]),
    "seats.confirm-failed":         move("CANCELLED", [], "seats"),
    "seats.expired":                move("CANCELLED", [], "seats"),
    "seats.released":               move("CANCELLED", [], "seats"),
    "payment.action-required":      move("CANCELLED", ["booking.cancelled"]),
    "payment.authorised":           move("CANCELLED", ["booking.cancelled"]),
    "payment.declined":             IGNORE,
    "payment.captured":             move("CANCELLED", ["booking.cancelled"]),
    "payment.capture-failed":       IGNORE,
    "payment.voided":               move("CANCELLED", [], "money"),
    "payment.refunded":             move("CANCELLED", [], "money"),
    "payment.refund-failed":        move("CANCELLED", []),
    "payment.refunded-by-provider": move("CANCELLED", []),
    "payment.disputed":             move("CANCELLED", []),
    "cancel":                       IGNORE,
    "event.cancelled":              IGNORE,
    "deadline":                     move("CANCELLED", ["booking.cancelled"]),
  },
};

/** What the public sees of a state. */
export const STATUS_OF: Record<BookingState, BookingStatus> = {
  INITIATED: "PENDING",
  PAYING: "PENDING",
  RESERVING: "PENDING",
  CAPTURING: "PENDING",
  CONFIRMED: "CONFIRMED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
};

/** The hop whose answer a state waits for: its limit is the state's deadline (null: waits for nothing). */
export const WAITS_FOR: Record<BookingState, TopicName | null> = {
  INITIATED: "booking.initiated",
  PAYING: "payment.requested",
  RESERVING: "seats.confirm",
  CAPTURING: "payment.capture",
  CONFIRMED: null,
  FAILED: "seats.release",
  CANCELLED: "booking.cancelled",
};
