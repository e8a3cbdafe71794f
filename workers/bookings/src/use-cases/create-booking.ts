import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import type { Identity } from "#shared/auth/roles.ts";
import { checkPlaces } from "#shared/booking-places.ts";
import type { newBooking } from "#shared/contracts/bookings.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { traceOfBooking } from "#shared/observability/trace.ts";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import type { Quote } from "#shared/rpc/events.ts";
import { TOPICS } from "#shared/saga/declaration.ts";
import { envelope, toMessage } from "#shared/saga/envelope.ts";
import { within } from "#shared/within.ts";
import type { Booking, BookingLine } from "../core/booking.ts";
import type { NewBooking } from "../repositories/bookings.ts";
import type { BookingsDeps } from "./deps.ts";

/** Longer than events waits for its database, so that it can say so itself. */
const QUOTE_LIMIT_MS = 12_000;

/** A seat map that wakes does so well within it. */
const HOLD_LIMIT_MS = 10_000;

export type BookingRequest = z.infer<typeof newBooking>;

export interface Accepted {
  booking: Booking;
  /** What is to be sent now; nothing when the request was a repeat. */
  outbox: OutboxRow[];
}

/**
 * Takes a request for places: priced by us, written with its first message in one step, decided later.
 * The same Idempotency-Key with the same body gives the same booking.
 * @throws Problem INVALID_SEAT_COUNT, VALIDATION_ERROR, EVENT_NOT_FOUND, EVENT_NOT_ON_SALE, PRICE_CHANGED,
 *   HOLD_NOT_FOUND, HOLD_EXPIRED, IDEMPOTENCY_KEY_REUSED
 */
export async function createBooking(
  deps: BookingsDeps,
  caller: Identity,
  request: BookingRequest,
  key: string | undefined,
): Promise<Accepted> {
  if (request.holdId === undefined) checkPlaces(request);
  const bodyHash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  if (key !== undefined) {
    const repeated = await findRepeated(deps, caller, key, bodyHash);
    if (repeated) return repeated;
  }
  const whole = await withHeldPlaces(deps, caller, request);
  const quote = await priced(deps, whole);
  const added = prepare(deps.clock(), caller, whole, quote);
  const { id: bookingId, userId } = added.booking;
  const idempotencyKey = key === undefined ? null : { userId, key, bodyHash, bookingId };
  const row = await deps.bookings.create({ ...added, idempotencyKey });
  if (row) return { booking: added.booking, outbox: [row] };
  // Another request with this key was faster.
  const repeated = key === undefined ? null : await findRepeated(deps, caller, key, bodyHash);
  if (!repeated) throw new Error("a unique violation without its cause");
  return repeated;
}

/**
 * The request with the places of its hold, where it names one; what it names itself must be the same.
 * @throws Problem HOLD_NOT_FOUND, HOLD_EXPIRED, VALIDATION_ERROR
 */
async function withHeldPlaces(
  deps: BookingsDeps,
  { userId }: Identity,
  request: BookingRequest,
): Promise<BookingRequest> {
  const { eventId, holdId, seatIds, generalAdmission } = request;
  if (holdId === undefined) return request;
  const asking = deps.inventory.hold({ eventId, holdId, userId });
  const hold = await within(HOLD_LIMIT_MS, asking).catch((error: unknown) => {
    throw new Unavailable("inventory", error);
  });
  if (hold.outcome !== "HELD") {
    throw new Problem(hold.outcome === "NOT_FOUND" ? "HOLD_NOT_FOUND" : "HOLD_EXPIRED");
  }
  const named = [...(seatIds ?? []), ...(generalAdmission ?? []).map(areaText)].toSorted();
  const held = [...hold.seatIds, ...hold.generalAdmission.map(areaText)].toSorted();
  if (named.length > 0 && named.join("\n") !== held.join("\n")) {
    const errors = [{ path: "seatIds", message: "not the places of the hold" }];
    throw new Problem("VALIDATION_ERROR", undefined, errors);
  }
  return { ...request, seatIds: hold.seatIds, generalAdmission: hold.generalAdmission };
}

const areaText = ({ name, quantity }: { name: string; quantity: number }) => `ga:${name}:${quantity}`;

async function findRepeated(deps: BookingsDeps, caller: Identity, key: string, bodyHash: string) {
  const known = await deps.bookings.idempotencyKey(caller.userId, key);
  if (!known) return null;
  if (known.bodyHash !== bodyHash) throw new Problem("IDEMPOTENCY_KEY_REUSED");
  const booking = await deps.bookings.find(known.bookingId);
  return booking ? { booking, outbox: [] } : null;
}

async function priced(deps: BookingsDeps, request: BookingRequest): Promise<Quote> {
  const { eventId, seatIds = [], generalAdmission = [], expectedTotal } = request;
  const quoting = deps.events.quote({ eventId, seatIds, generalAdmission });
  const answer = await within(QUOTE_LIMIT_MS, quoting).catch((error: unknown) => {
    throw new Unavailable("events", error);
  });
  if (!answer.ok) throw new Problem(answer.code, undefined, "errors" in answer ? answer.errors : undefined);
  const { totalAmount, currency } = answer.quote;
  if (expectedTotal !== undefined && expectedTotal !== totalAmount) {
    throw new Problem("PRICE_CHANGED", `The total is ${totalAmount} ${currency} in minor units`);
  }
  return answer.quote;
}

function prepare(
  now: number,
  caller: Identity,
  { seatIds = [], generalAdmission = [], holdId, paymentMethod }: BookingRequest,
  quote: Quote,
): Omit<NewBooking, "idempotencyKey"> {
  const booking: Booking = {
    id: newId("bkg", now),
    userId: caller.userId,
    userEmail: caller.email,
    userName: caller.name,
    organiserId: quote.organiserId,
    eventId: quote.eventId,
    eventName: quote.eventName,
    eventDate: quote.startsAt,
    venueName: quote.venueName,
    eventTimeZone: quote.timeZone,
    eventVersion: quote.eventVersion,
    state: "INITIATED",
    failureReason: null,
    failureDetail: null,
    cancellation: null,
    requestedSeatIds: seatIds,
    generalAdmission,
    seatIds: [],
    totalAmount: quote.totalAmount,
    currency: quote.currency,
    paymentMethodToken: paymentMethod?.token ?? null,
    paymentId: null,
    seatsClear: false,
    moneyClear: false,
    deadlineAt: now + TOPICS["booking.initiated"].limitSeconds * 1000,
    deadlinesPassed: 0,
    reminders: 0,
    createdAt: now,
    updatedAt: now,
  };
  const { id: bookingId, userId, eventId, totalAmount, currency } = booking;
  const places = { seatIds, generalAdmission, ...(holdId === undefined ? {} : { holdId }) };
  const payload = { bookingId, userId, eventId, ...places, totalAmount, currency };
  const at = { now, traceparent: traceOfBooking(bookingId) };
  const lines: BookingLine[] = quote.lines.map((line) => ({ ...line, fee: 0, tax: 0, discount: 0 }));
  return {
    booking,
    lines,
    step: { at: now, step: "booking.initiated", state: "INITIATED", detail: null },
    message: toMessage(envelope("booking.initiated", bookingId, payload, at)),
  };
}
