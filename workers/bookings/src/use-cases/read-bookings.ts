import type { Identity } from "#shared/auth/roles.ts";
import { Problem } from "#shared/errors/problem.ts";
import { idPattern } from "#shared/ids/id.ts";
import { type BookingState, type BookingStatus, STATUS_OF } from "#shared/saga/declaration.ts";
import type { Booking, BookingLine, BookingStep } from "../core/booking.ts";
import type { BookingsDeps } from "./deps.ts";

export interface FullBooking {
  booking: Booking;
  lines: BookingLine[];
  tickets: { id: string; placeId: string }[];
}

/** A booking that the caller may see. @throws Problem BOOKING_NOT_FOUND, also for a foreign one */
export async function ownBooking(deps: BookingsDeps, caller: Identity, id: string): Promise<Booking> {
  // Any text can come as an id, also one that Postgres would not take.
  const booking = idPattern("bkg").test(id) ? await deps.bookings.find(id) : null;
  if (!booking || (booking.userId !== caller.userId && caller.role !== "ADMIN")) {
    throw new Problem("BOOKING_NOT_FOUND");
  }
  return booking;
}

/** A booking with its lines and tickets. @throws Problem BOOKING_NOT_FOUND */
export async function fullBooking(deps: BookingsDeps, caller: Identity, id: string): Promise<FullBooking> {
  const booking = await ownBooking(deps, caller, id);
  return (await withParts(deps, [booking]))[0]!;
}

/** Every step of a booking, in order. @throws Problem BOOKING_NOT_FOUND */
export async function timeline(deps: BookingsDeps, caller: Identity, id: string): Promise<BookingStep[]> {
  const booking = await ownBooking(deps, caller, id);
  return deps.bookings.steps(booking.id);
}

/** The caller's bookings, newest first. */
export async function myBookings(
  deps: BookingsDeps,
  caller: Identity,
  query: { status?: BookingStatus | undefined; page: number; perPage: number },
): Promise<{ found: FullBooking[]; total: number }> {
  const { status, page, perPage } = query;
  const states = (Object.keys(STATUS_OF) as BookingState[]).filter((state) => STATUS_OF[state] === status);
  const { bookings, total } = await deps.bookings.page(caller.userId, status ? states : null, page, perPage);
  return { found: await withParts(deps, bookings), total };
}

async function withParts(deps: BookingsDeps, bookings: Booking[]): Promise<FullBooking[]> {
  const ids = bookings.map((booking) => booking.id);
  const [lines, tickets] = await Promise.all([deps.bookings.lines(ids), deps.bookings.tickets(ids)]);
  return bookings.map((booking) => ({
    booking,
    lines: lines.get(booking.id) ?? [],
    tickets: tickets.get(booking.id) ?? [],
  }));
}
