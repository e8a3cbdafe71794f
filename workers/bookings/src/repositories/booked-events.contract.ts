import { beforeEach, describe, expect, it } from "vitest";
import { type Advance, advance } from "../core/advance.ts";
import type { Booking } from "../core/booking.ts";
import { bookingOf, heard, NOW, newBookingOf } from "../testing/samples.ts";
import type { BookedEvents, EventFacts } from "./booked-events.ts";
import type { Bookings } from "./bookings.ts";

const ALL = 10_000;
const FACTS: EventFacts = {
  ...{ eventId: "evnt_1", version: 3, name: "Aida" },
  ...{ startsAt: "2027-02-02T19:00:00.000Z", venueName: "Arena" },
};
const TOLD = { eventName: "Aida", eventDate: FACTS.startsAt, venueName: "Arena", eventVersion: 3 };

/** The invariants of {@link BookedEvents}, for any implementation. `empty` gives one that knows nothing. */
export function describeBookedEvents(
  name: string,
  empty: () => Promise<{ bookings: Bookings; bookedEvents: BookedEvents }>,
): void {
  let bookings: Bookings;
  let bookedEvents: BookedEvents;
  beforeEach(async () => {
    ({ bookings, bookedEvents } = await empty());
  });

  async function stored(over: Partial<Booking> = {}): Promise<string> {
    const booking = bookingOf(over);
    await bookings.create(newBookingOf(booking));
    return booking.id;
  }
  const find = async (id: string) => (await bookings.find(id))!;
  const openIds = async (afterId = "", limit = ALL, now = NOW) =>
    (await bookedEvents.openCancellations(now, afterId, limit)).map(({ eventId }) => eventId);
  const cancelled = (eventId: string, reason = "Strike") =>
    bookedEvents.addCancellation({ eventId, reason, cancelledAt: NOW });

  describe(`${name}: what is told of an event`, () => {
    it("reaches its bookings that know an older version, and no others", async () => {
      const old = await stored();
      const same = await stored({ eventVersion: 3 });
      const newer = await stored({ eventVersion: 4 });
      const foreign = await stored({ eventId: "evnt_2" });
      const before = await Promise.all([same, newer, foreign].map(find));
      expect(await bookedEvents.tell(FACTS, ALL)).toBe(1);
      expect(await find(old)).toMatchObject(TOLD);
      expect(await Promise.all([same, newer, foreign].map(find))).toEqual(before);
      expect(await bookedEvents.tell(FACTS, ALL)).toBe(0);
    });

    it("reaches so many at a time, until all are told", async () => {
      await Promise.all(Array.from({ length: 5 }, () => stored()));
      const told: number[] = [];
      for (let call = 0; call < 4; call++) told.push(await bookedEvents.tell(FACTS, 2));
      expect(told).toEqual([2, 2, 1, 0]);
    });

    it("has a step decided anew that tells of the event as it was, and survives it", async () => {
      const id = await stored();
      const decided = async () => advance(await find(id), [], heard.locked(id), NOW) as Advance;
      const before = await decided();
      await bookedEvents.tell(FACTS, ALL);
      expect((await bookings.apply([before])).size).toBe(0);
      expect((await bookings.apply([await decided()])).size).toBe(1);
      expect(await find(id)).toMatchObject({ ...TOLD, state: "PAYING" });
    });
  });

  describe(`${name}: a cancelled event`, () => {
    it("is noted once: the first reason stays", async () => {
      await cancelled("evnt_1", "Strike");
      await cancelled("evnt_1", "Rain");
      expect(await bookedEvents.openCancellations(NOW, "", ALL)).toEqual([
        { eventId: "evnt_1", reason: "Strike", cancelledAt: NOW },
      ]);
    });

    it("is open until it is closed, and noting it again does not open it", async () => {
      for (const eventId of ["evnt_2", "evnt_1", "evnt_3"]) await cancelled(eventId);
      await bookedEvents.closeCancellation("evnt_2", NOW);
      await cancelled("evnt_2");
      expect(await openIds()).toEqual(["evnt_1", "evnt_3"]);
    });

    it("that is put off is open again from then on, and the others meanwhile", async () => {
      for (const eventId of ["evnt_1", "evnt_2"]) await cancelled(eventId);
      await bookedEvents.putOff("evnt_1", NOW + 10);
      await bookedEvents.putOff("evnt_9", NOW + 10);
      expect(await openIds("", ALL, NOW + 9)).toEqual(["evnt_2"]);
      expect(await openIds("", ALL, NOW + 10)).toEqual(["evnt_1", "evnt_2"]);
    });

    it("that is not known is not opened by being closed", async () => {
      await bookedEvents.closeCancellation("evnt_9", NOW);
      expect(await openIds()).toEqual([]);
    });

    it("is found page by page, in the order of the ids", async () => {
      for (const eventId of ["evnt_3", "evnt_1", "evnt_2"]) await cancelled(eventId);
      expect(await openIds("", 2)).toEqual(["evnt_1", "evnt_2"]);
      expect(await openIds("evnt_2", 2)).toEqual(["evnt_3"]);
      expect(await openIds("evnt_3", 2)).toEqual([]);
    });
  });

  describe(`${name}: the bookings of an event`, () => {
    it("are found by state and page by page, in the order of their ids", async () => {
      const paying = [await stored({ state: "PAYING" }), await stored({ state: "PAYING" })];
      const confirmed = await stored({ state: "CONFIRMED" });
      await stored({ state: "FAILED" });
      await stored({ state: "PAYING", eventId: "evnt_2" });
      const ids = async (afterId: string, limit: number) =>
        (await bookedEvents.page("evnt_1", ["PAYING", "CONFIRMED"], afterId, limit)).map(({ id }) => id);
      const all = [...paying, confirmed].sort();
      expect(await ids("", ALL)).toEqual(all);
      expect(await ids("", 2)).toEqual(all.slice(0, 2));
      expect(await ids(all[1]!, 2)).toEqual(all.slice(2));
      expect(await bookedEvents.page("evnt_1", [], "", ALL)).toEqual([]);
    });

    it("are given whole", async () => {
      const id = await stored();
      expect(await bookedEvents.page("evnt_1", ["INITIATED"], "", 1)).toEqual([await find(id)]);
    });
  });
}
