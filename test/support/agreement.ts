import { STATUS_OF } from "#shared/saga/declaration.ts";
import type { Observation, ObservedBooking, ObservedIntent } from "./observation.ts";

/**
 * Everything in which the stores of a settled platform contradict one another, in sentences; empty when bookings,
 * seats, payments, Stripe, tickets and topics agree. Settled: every booking has ended and nothing is under way.
 */
export function disagreements(seen: Observation): string[] {
  const intents = Map.groupBy(seen.intents, ({ bookingId }) => bookingId);
  return [
    ...seen.bookings.flatMap((booking) => [
      ...publicView(booking),
      ...timeline(booking),
      ...(booking.state === "CONFIRMED" ? confirmed : undone)(booking, intents.get(booking.id) ?? []),
    ]),
    ...strangers(seen),
    ...seats(seen),
    ...messages(seen),
  ];
}

/** What the API says of a booking is what its row says. */
function publicView({ id, state, total, api }: ObservedBooking): string[] {
  const status = STATUS_OF[state];
  const problems: string[] = [];
  if (api.status !== status) problems.push(`${id}: the API says ${api.status}, its row ${state}`);
  if (api.totalAmount !== total) problems.push(`${id}: the API says ${api.totalAmount}, its row ${total}`);
  return problems;
}

/** These may come again: an undo is asked for until it is answered, and a buyer may have to act twice. */
const REPEATABLE = new Set(["deadline", "payment.action-required"]);
const WAY_TO_CONFIRMED =
  "booking.initiated, seats.locked, payment.authorised, seats.confirmed, payment.captured";

/** Each event had its effect once. */
function timeline({ id, state, steps }: ObservedBooking): string[] {
  const once = steps.filter((step) => !REPEATABLE.has(step));
  const problems: string[] = [];
  const again = once.find((step, index) => once.indexOf(step) !== index);
  if (again) problems.push(`${id}: ${again} had its effect twice (${steps.join(", ")})`);
  if (state === "CONFIRMED" && once.join(", ") !== WAY_TO_CONFIRMED) {
    problems.push(`${id}: CONFIRMED by way of ${steps.join(", ")}`);
  }
  return problems;
}

function confirmed(booking: ObservedBooking, intents: ObservedIntent[]): string[] {
  const { id, total, requestedSeatIds, seatIds, ticketPlaces, payment } = booking;
  const taken = intents.filter(({ status }) => status === "succeeded");
  const problems: string[] = [];
  if (taken.length !== 1) problems.push(`${id}: CONFIRMED, but ${taken.length} intents were captured`);
  for (const intent of taken) {
    if (intent.received !== total) problems.push(`${id}: ${intent.received} was captured, not ${total}`);
    if (payment && payment.intentId !== intent.id) problems.push(`${id}: its payment is not ${intent.id}`);
  }
  if (payment?.status !== "CAPTURED")
    problems.push(`${id}: CONFIRMED, but its payment is ${payment?.status}`);
  if (payment && payment.capturedAmount !== total) {
    problems.push(`${id}: its payment says that ${payment.capturedAmount} was captured, not ${total}`);
  }
  if (!sameSet(requestedSeatIds, seatIds))
    problems.push(`${id}: asked for ${requestedSeatIds}, got ${seatIds}`);
  if (!sameSet(seatIds, ticketPlaces))
    problems.push(`${id}: has ${seatIds}, and tickets for ${ticketPlaces}`);
  return [...problems, ...held(id, intents, ["requires_capture"])];
}

/** Failed or given back: nothing is held, nothing is kept. */
function undone(booking: ObservedBooking, intents: ObservedIntent[]): string[] {
  const { id, state, seatsClear, moneyClear, ticketPlaces, payment } = booking;
  const problems: string[] = [];
  if (state !== "FAILED" && state !== "CANCELLED") return [`${id}: is still ${state}`];
  if (!seatsClear) problems.push(`${id}: ${state}, but its seats are not clear`);
  if (!moneyClear) problems.push(`${id}: ${state}, but its money is not clear`);
  if (state === "FAILED" && ticketPlaces.length > 0) {
    problems.push(`${id}: FAILED, but has tickets for ${ticketPlaces}`);
  }
  if (payment && !["VOIDED", "FAILED", "REFUNDED"].includes(payment.status)) {
    problems.push(`${id}: ${state}, but its payment is ${payment.status}`);
  }
  for (const { id: intentId, kept } of intents) {
    if (kept > 0) problems.push(`${id}: ${state}, but ${kept} of Stripe's intent ${intentId} is kept`);
  }
  return [...problems, ...held(id, intents, ["requires_capture", "processing"])];
}

function held(bookingId: string, intents: ObservedIntent[], statuses: string[]): string[] {
  return intents
    .filter(({ status }) => statuses.includes(status))
    .map(({ id, status }) => `${bookingId}: Stripe's intent ${id} is ${status}`);
}

/** Money and messages that belong to no booking. */
function strangers({ bookings, intents, accepted }: Observation): string[] {
  const known = new Set(bookings.map(({ id }) => id));
  return [
    ...intents
      .filter(({ bookingId }) => !known.has(bookingId))
      .map(({ id, bookingId }) => `Stripe's intent ${id} is for ${bookingId}, which is not there`),
    ...accepted.filter((id) => !known.has(id)).map((id) => `${id}: was accepted, and is not there`),
  ];
}

/** Each seat has one owner, and is RESERVED if, and only if, it has one. */
function seats({ bookings, seatMaps }: Observation): string[] {
  const problems: string[] = [];
  for (const [eventId, statuses] of seatMaps) {
    const owners = new Map<string, string[]>();
    for (const booking of bookings) {
      if (booking.eventId !== eventId || booking.state !== "CONFIRMED") continue;
      for (const seatId of booking.seatIds) owners.set(seatId, [...(owners.get(seatId) ?? []), booking.id]);
    }
    for (const [seatId, status] of statuses) {
      const [owner, ...others] = owners.get(seatId) ?? [];
      if (others.length > 0) problems.push(`seat ${seatId} was sold to ${[owner, ...others].join(" and ")}`);
      if (owner && status !== "RESERVED") problems.push(`seat ${seatId} of ${owner} is ${status}`);
      if (!owner && (status === "RESERVED" || status === "LOCKED")) {
        const wanted = bookings.filter((b) => b.eventId === eventId && b.requestedSeatIds.includes(seatId));
        const who = wanted.map(({ id, state }) => `${id} ${state}`).join(", ") || "nobody";
        problems.push(`seat ${seatId} is ${status} without an owner (asked for by ${who})`);
      }
    }
  }
  return problems;
}

function messages({
  bookings,
  unsent,
  inbox,
  deadLetters,
  confirmedTold,
  failedTold,
  cancelledTold,
}: Observation): string[] {
  const problems = deadLetters.map((letter) => `a dead letter: ${letter}`);
  if (unsent > 0) problems.push(`${unsent} messages were never sent`);
  const consumed = bookings.flatMap(({ steps }) =>
    steps.filter((step) => step !== "booking.initiated"),
  ).length;
  if (inbox !== consumed) problems.push(`${consumed} steps followed from ${inbox} events`);
  for (const { id, state } of bookings) {
    const told = {
      CONFIRMED: confirmedTold.has(id),
      FAILED: failedTold.has(id),
      CANCELLED: cancelledTold.has(id),
    };
    if (state !== "CONFIRMED" && state !== "FAILED" && state !== "CANCELLED") continue;
    if (!told[state]) problems.push(`${id}: is ${state}, and nobody was told`);
    for (const other of ["CONFIRMED", "FAILED", "CANCELLED"] as const) {
      // What is given back was confirmed before, or was not yet.
      const mayBe = other === state || (state === "CANCELLED" && other === "CONFIRMED");
      if (told[other] && !mayBe)
        problems.push(`${id}: is ${state}, and others were told that it is ${other}`);
    }
  }
  return problems;
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set(a).size === a.length && a.every((one) => b.includes(one));
