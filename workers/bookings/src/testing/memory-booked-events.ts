import type { Booking } from "../core/booking.ts";
import type { BookedEvents } from "../repositories/booked-events.ts";
import type { BookingTables, CancellationRow } from "./memory-tables.ts";

/** {@link BookedEvents} in memory. */
export function memoryBookedEvents({ bookings, cancellations }: BookingTables): BookedEvents {
  const ofEvent = (eventId: string) =>
    [...bookings.values()].filter((booking) => booking.eventId === eventId).sort(byId);
  return {
    async tell({ eventId, version, name, startsAt, venueName }, limit) {
      const stale = ofEvent(eventId).filter(({ eventVersion }) => eventVersion < version);
      const told = stale.slice(0, limit);
      const facts = { eventName: name, eventDate: new Date(startsAt).toISOString(), venueName };
      for (const booking of told) bookings.set(booking.id, { ...booking, ...facts, eventVersion: version });
      return told.length;
    },

    async addCancellation({ eventId, reason, cancelledAt }) {
      if (cancellations.has(eventId)) return;
      cancellations.set(eventId, { eventId, reason, cancelledAt, doneAt: null, lookAt: null });
    },

    async openCancellations(now, afterId, limit) {
      const isOpen = ({ eventId, doneAt, lookAt }: CancellationRow) =>
        doneAt === null && (lookAt === null || lookAt <= now) && eventId > afterId;
      const open = [...cancellations.values()].filter(isOpen);
      open.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
      return open.slice(0, limit).map(({ eventId, reason, cancelledAt }) => ({
        ...{ eventId, reason, cancelledAt },
      }));
    },

    async putOff(eventId, until) {
      const known = cancellations.get(eventId);
      if (known) cancellations.set(eventId, { ...known, lookAt: until });
    },

    async closeCancellation(eventId, at) {
      const known = cancellations.get(eventId);
      if (known) cancellations.set(eventId, { ...known, doneAt: at });
    },

    async page(eventId, states, afterId, limit) {
      const wanted = ofEvent(eventId).filter(({ id, state }) => states.includes(state) && id > afterId);
      return structuredClone(wanted.slice(0, limit)) as Booking[];
    },
  };
}

const byId = (a: Readonly<Booking>, b: Readonly<Booking>) => (a.id < b.id ? -1 : 1);
