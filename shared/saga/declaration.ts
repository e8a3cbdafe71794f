import type { z } from "zod";
import * as payloads from "./payloads.ts";

/** The services that take part in the saga. */
export type SagaService = "events" | "inventory" | "bookings" | "payments";

/**
 * One hop. `undo` names the topic that takes its effect back (null: nothing to take back);
 * `limitSeconds` is how long the asker waits for the answer before its deadline acts
 * (null: the hop asks for no answer).
 */
interface Topic {
  payload: z.ZodType;
  key: "bookingId" | "eventId";
  producer: SagaService;
  consumers: readonly SagaService[];
  undo: string | null;
  limitSeconds: number | null;
  retentionDays: number;
}

/**
 * Every topic of the platform, in the order in which a booking meets them. From here come the topics
 * to create, the typed handler tables, the dispatch and the docs: nothing else names a topic twice.
 * Topics that carry a name or an address are kept for 3 days, the others for 7.
 */
// biome-ignore format: one hop a line reads as the table that it is
export const TOPICS = {
  "event.created":           { payload: payloads.eventCreated,          key: "eventId",   producer: "events",    consumers: ["inventory"],             undo: null,             limitSeconds: null, retentionDays: 7 },
  "booking.initiated":       { payload: payloads.bookingInitiated,      key: "bookingId", producer: "bookings",  consumers: ["inventory"],             undo: "seats.release",  limitSeconds: 120,  retentionDays: 7 },
  "seats.locked":            { payload: payloads.seatsLocked,           key: "bookingId", producer: "inventory", consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "seats.lock-failed":       { payload: payloads.seatsLockFailed,       key: "bookingId", producer: "inventory", consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "payment.requested":       { payload: payloads.paymentRequested,      key: "bookingId", producer: "bookings",  consumers: ["payments"],              undo: "booking.failed", limitSeconds: 330,  retentionDays: 7 },
  "payment.action-required": { payload: payloads.paymentActionRequired, key: "bookingId", producer: "payments",  consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "payment.processed":       { payload: payloads.paymentProcessed,      key: "bookingId", producer: "payments",  consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "seats.confirm":           { payload: payloads.seatsConfirm,          key: "bookingId", producer: "bookings",  consumers: ["inventory"],             undo: "seats.release",  limitSeconds: 30,   retentionDays: 7 },
  "seats.confirmed":         { payload: payloads.seatsConfirmed,        key: "bookingId", producer: "inventory", consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "seats.confirm-failed":    { payload: payloads.seatsConfirmFailed,    key: "bookingId", producer: "inventory", consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "payment.capture":         { payload: payloads.paymentCapture,        key: "bookingId", producer: "bookings",  consumers: ["payments"],              undo: null,             limitSeconds: 30,   retentionDays: 7 },
  "payment.captured":        { payload: payloads.paymentCaptured,       key: "bookingId", producer: "payments",  consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "booking.confirmed":       { payload: payloads.bookingConfirmed,      key: "bookingId", producer: "bookings",  consumers: [],                        undo: null,             limitSeconds: null, retentionDays: 3 },
  "seats.release":           { payload: payloads.seatsRelease,          key: "bookingId", producer: "bookings",  consumers: ["inventory"],             undo: null,             limitSeconds: 30,   retentionDays: 7 },
  "seats.released":          { payload: payloads.seatsReleased,         key: "bookingId", producer: "inventory", consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
  "booking.failed":          { payload: payloads.bookingFailed,         key: "bookingId", producer: "bookings",  consumers: ["payments"],              undo: null,             limitSeconds: 30,   retentionDays: 3 },
  "payment.voided":          { payload: payloads.paymentVoided,         key: "bookingId", producer: "payments",  consumers: ["bookings"],              undo: null,             limitSeconds: null, retentionDays: 7 },
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
export type BookingState = "INITIATED" | "PAYING" | "RESERVING" | "CAPTURING" | "CONFIRMED" | "FAILED";

export type BookingStatus = "PENDING" | "CONFIRMED" | "FAILED" | "CANCELLED";

/** What can happen to a booking: the answers it consumes, told apart by what they say, and its deadline. */
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
  | "deadline";

/** What a transition sends; `booking.initiated` is sent by the request itself. */
export type BookingEmit = Exclude<ProducedBy<"bookings">, "booking.initiated">;

export type FailureReason = Payload<"booking.failed">["reason"];

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
 * In a terminal state an emitted undo is sent only while its side is not clear.
 */
// biome-ignore format: a state's row reads as a table
export const BOOKING_MACHINE: Record<BookingState, Record<BookingInput, Rule>> = {
  INITIATED: {
    "seats.locked":            move("PAYING", ["payment.requested"]),
    "seats.lock-failed":       fail("SEATS_UNAVAILABLE", ["booking.failed"], "seats"),
    "seats.confirmed":         EARLY,
    "seats.confirm-failed":    EARLY,
    "seats.expired":           EARLY,
    "seats.released":          EARLY,
    "payment.action-required": EARLY,
    "payment.authorised":      EARLY,
    "payment.declined":        EARLY,
    "payment.captured":        EARLY,
    "payment.capture-failed":  EARLY,
    "payment.voided":          EARLY,
    "deadline":                fail("TIMEOUT", UNDO_BOTH),
  },
  PAYING: {
    "seats.locked":            IGNORE,
    "seats.lock-failed":       IGNORE,
    "seats.confirmed":         EARLY,
    "seats.confirm-failed":    EARLY,
    "seats.expired":           fail("LOCK_EXPIRED", UNDO_BOTH, "seats"),
    "seats.released":          IGNORE,
    "payment.action-required": move("PAYING", []),
    "payment.authorised":      move("RESERVING", ["seats.confirm"]),
    "payment.declined":        fail("PAYMENT_FAILED", UNDO_BOTH),
    "payment.captured":        EARLY,
    "payment.capture-failed":  EARLY,
    "payment.voided":          IGNORE,
    "deadline":                fail("TIMEOUT", UNDO_BOTH),
  },
  RESERVING: {
    "seats.locked":            IGNORE,
    "seats.lock-failed":       IGNORE,
    "seats.confirmed":         move("CAPTURING", ["payment.capture"]),
    "seats.confirm-failed":    fail("LOCK_EXPIRED", ["booking.failed"], "seats"),
    "seats.expired":           IGNORE,
    "seats.released":          IGNORE,
    "payment.action-required": IGNORE,
    "payment.authorised":      IGNORE,
    "payment.declined":        IGNORE,
    "payment.captured":        EARLY,
    "payment.capture-failed":  EARLY,
    "payment.voided":          IGNORE,
    "deadline":                move("RESERVING", ["seats.confirm"]),
  },
  CAPTURING: {
    "seats.locked":            IGNORE,
    "seats.lock-failed":       IGNORE,
    "seats.confirmed":         IGNORE,
    "seats.confirm-failed":    IGNORE,
    "seats.expired":           IGNORE,
    "seats.released":          IGNORE,
    "payment.action-required": IGNORE,
    "payment.authorised":      IGNORE,
    "payment.declined":        IGNORE,
    "payment.captured":        move("CONFIRMED", ["booking.confirmed"]),
    "payment.capture-failed":  fail("PAYMENT_FAILED", UNDO_BOTH),
    "payment.voided":          IGNORE,
    "deadline":                move("CAPTURING", ["payment.capture"]),
  },
  CONFIRMED: {
    "seats.locked":            IGNORE,
    "seats.lock-failed":       IGNORE,
    "seats.confirmed":         IGNORE,
    "seats.confirm-failed":    IGNORE,
    "seats.expired":           IGNORE,
    "seats.released":          IGNORE,
    "payment.action-required": IGNORE,
    "payment.authorised":      IGNORE,
    "payment.declined":        IGNORE,
    "payment.captured":        IGNORE,
    "payment.capture-failed":  IGNORE,
    "payment.voided":          IGNORE,
    "deadline":                IGNORE,
  },
  FAILED: {
    "seats.locked":            move("FAILED", ["seats.release"]),
    "seats.lock-failed":       move("FAILED", [], "seats"),
    "seats.confirmed":         move("FAILED", ["seats.release"]),
    "seats.confirm-failed":    move("FAILED", [], "seats"),
    "seats.expired":           move("FAILED", [], "seats"),
    "seats.released":          move("FAILED", [], "seats"),
    "payment.action-required": move("FAILED", ["booking.failed"]),
    "payment.authorised":      move("FAILED", ["booking.failed"]),
    "payment.declined":        IGNORE,
    "payment.captured":        move("FAILED", ["booking.failed"]),
    "payment.capture-failed":  IGNORE,
    "payment.voided":          move("FAILED", [], "money"),
    "deadline":                move("FAILED", UNDO_BOTH),
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
};

/** The hop whose answer a state waits for: its limit is the state's deadline (null: waits for nothing). */
export const WAITS_FOR: Record<BookingState, TopicName | null> = {
  INITIATED: "booking.initiated",
  PAYING: "payment.requested",
  RESERVING: "seats.confirm",
  CAPTURING: "payment.capture",
  CONFIRMED: null,
  FAILED: "seats.release",
};
