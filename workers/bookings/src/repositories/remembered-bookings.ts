import type { Advance } from "../core/advance.ts";
import type { Booking, BookingLine } from "../core/booking.ts";
import type { Signal } from "../core/input.ts";
import type { Bookings, BookingsRead } from "./bookings.ts";

/** Bookings that an object has moved and may move again: an on-sale's, each a few KB. */
const REMEMBERED = 2_000;

/**
 * The same bookings, for the one object that moves most of them: what it has written itself it need not read again. What is
 * remembered may be out of date, since others move bookings too. So it is only good for a step, which is void unless the
 * booking is as it was taken to be, and it is used once: who looks again reads.
 */
export function rememberedBookings(bookings: Bookings): Bookings {
  const known = new Map<string, { booking: Booking; lines: BookingLine[] }>();
  /** Lines never change: those of what was read last, for {@link remember}. */
  let read: BookingsRead["lines"] = new Map();

  function remember({ from, next, step }: Advance): void {
    // As the statement says it.
    const updatedAt = Math.max(step.at, from.updatedAt + 1);
    known.set(next.id, { booking: { ...next, updatedAt }, lines: read.get(next.id) ?? [] });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
  }

  return {
    ...bookings,

    async read(signals) {
      const taken = signals.flatMap(({ bookingId }) => {
        const found = known.get(bookingId);
        known.delete(bookingId);
        return found ? [found] : [];
      });
      const remembered = new Set(taken.map(({ booking }) => booking.id));
      const unknown = signals.filter(({ bookingId }) => !remembered.has(bookingId));
      const stored = unknown.length > 0 ? await bookings.read(unknown) : nothing();
      for (const { booking, lines } of taken) {
        stored.bookings.set(booking.id, booking);
        stored.lines.set(booking.id, lines);
      }
      read = stored.lines;
      return { ...stored, remembered };
    },

    async apply(steps) {
      const applied = await bookings.apply(steps);
      for (const step of steps) if (applied.has(step.signal.eventId)) remember(step);
      return applied;
    },
  };
}

const nothing = (): BookingsRead => ({
  ...{ bookings: new Map(), lines: new Map(), seen: new Set() },
  remembered: new Set<Signal["bookingId"]>(),
});
