import { beforeEach, describe, expect, it } from "vitest";
import type { OutboxRow } from "#shared/postgres/relay.ts";
import { wireTopic } from "#shared/saga/wire.ts";
import { type Advance, advance } from "../core/advance.ts";
import type { Booking } from "../core/booking.ts";
import { deadlineOf, type Signal } from "../core/input.ts";
import { bookingOf, heard, NOW, newBookingOf, SEATS } from "../testing/samples.ts";
import type { Bookings } from "./bookings.ts";

/** By then every claim has run out. */
const LATER = NOW + 60_000;
const ALL = 10_000;

/** The invariants of {@link Bookings}, for any implementation. `empty` gives one without any booking. */
export function describeBookings(name: string, empty: () => Promise<Bookings>): void {
  let bookings: Bookings;
  beforeEach(async () => {
    bookings = await empty();
  });

  /** A stored booking. Its first message is sent, unless it is what the test is about. */
  async function stored(over: Partial<Booking> = {}): Promise<Booking> {
    const booking = bookingOf(over);
    await bookings.sent([(await bookings.create(newBookingOf(booking)))!]);
    return booking;
  }
  const read = async ({ id }: Booking) => (await bookings.find(id))!;
  const stepOf = (booking: Booking, signal: Signal): Advance => {
    const decision = advance(booking, [], signal, NOW);
    if (decision.kind !== "advance") throw new Error(`${signal.input} is ${decision.kind}`);
    return decision;
  };
  const names = (rows: OutboxRow[]) => rows.map(({ topic, key }) => `${topic} ${key}`).sort();
  const unsent = async () => names(await bookings.claimUnsent(LATER, ALL));
  const stepNames = async ({ id }: Booking) => (await bookings.steps(id)).map(({ step }) => step);
  const isConsumed = async (signal: Signal) => (await bookings.read([signal])).seen.has(signal.eventId);

  describe(`${name}: a new booking`, () => {
    it("is written whole: itself, its lines, its first step, its first message", async () => {
      const added = newBookingOf();
      const row = await bookings.create(added);
      const { id } = added.booking;
      expect(await bookings.find(id)).toEqual(added.booking);
      expect((await bookings.lines([id])).get(id)).toMatchObject(added.lines);
      expect(await bookings.steps(id)).toEqual([added.step]);
      expect(row).toMatchObject(added.message);
      expect(await unsent()).toEqual([`${wireTopic("booking.initiated")} ${id}`]);
    });

    it("is not written at all when its idempotency key is taken", async () => {
      await bookings.create(newBookingOf(bookingOf(), "k"));
      const second = bookingOf();
      expect(await bookings.create(newBookingOf(second, "k"))).toBeNull();
      expect(await bookings.find(second.id)).toBeNull();
      expect(await bookings.lines([second.id])).toEqual(new Map());
      expect(await bookings.steps(second.id)).toEqual([]);
      expect(await unsent()).toHaveLength(1);
    });

    it("of ten at once with one key is one", async () => {
      const all = Array.from({ length: 10 }, () => newBookingOf(bookingOf(), "k"));
      const rows = await Promise.all(all.map((added) => bookings.create(added)));
      const winner = all[rows.findIndex((row) => row !== null)]!.booking;
      expect(rows.filter((row) => row !== null)).toHaveLength(1);
      expect(await bookings.idempotencyKey("usr_1", "k")).toMatchObject({ bookingId: winner.id });
    });

    it("may have a key that another user has", async () => {
      await bookings.create(newBookingOf(bookingOf(), "k"));
      expect(await bookings.create(newBookingOf(bookingOf({ userId: "usr_9" }), "k"))).not.toBeNull();
      expect(await bookings.idempotencyKey("usr_5", "k")).toBeNull();
    });
  });

  describe(`${name}: several new bookings`, () => {
    it("are written together, each with what is its own", async () => {
      const [first, second] = [newBookingOf(bookingOf(), "k"), newBookingOf(bookingOf({ userId: "usr_9" }))];
      const rows = await bookings.createAll([first, second]);
      expect(rows).toMatchObject([first.message, second.message]);
      expect(await bookings.find(second.booking.id)).toEqual(second.booking);
      expect((await bookings.lines([second.booking.id])).get(second.booking.id)).toMatchObject(second.lines);
      expect(await bookings.steps(first.booking.id)).toEqual([first.step]);
      expect(await bookings.idempotencyKey("usr_1", "k")).toMatchObject({ bookingId: first.booking.id });
      await bookings.sent([rows[0]!]);
      expect(await unsent()).toEqual([`${wireTopic("booking.initiated")} ${second.booking.id}`]);
    });

    it("are not written at all when the key of one is taken, or two have the same", async () => {
      await bookings.create(newBookingOf(bookingOf(), "k"));
      const other = newBookingOf();
      await expect(bookings.createAll([other, newBookingOf(bookingOf(), "k")])).rejects.toThrow();
      const twice = [newBookingOf(bookingOf(), "l"), newBookingOf(bookingOf(), "l")];
      await expect(bookings.createAll(twice)).rejects.toThrow();
      expect(await bookings.find(other.booking.id)).toBeNull();
      expect(await bookings.find(twice[0]!.booking.id)).toBeNull();
    });
  });

  describe(`${name}: a step`, () => {
    it("is written whole: the booking, the timeline, the messages, the consumed event", async () => {
      const booking = await stored();
      const signal = heard.locked(booking.id);
      const step = stepOf(booking, signal);
      const applied = await bookings.apply([step]);
      expect(names(applied.get(signal.eventId)!)).toEqual([
        `${wireTopic("payment.requested")} ${booking.id}`,
      ]);
      const { updatedAt: _updatedAt, ...next } = step.next;
      expect(await read(booking)).toMatchObject({ ...next, state: "PAYING", seatIds: SEATS });
      expect(await stepNames(booking)).toEqual(["booking.initiated", "seats.locked"]);
      expect(await isConsumed(signal)).toBe(true);
    });

    it("decided on what the booking carried of its event before that changed is void", async () => {
      const booking = await stored({ eventVersion: 2 });
      const signal = heard.locked(booking.id);
      expect(await bookings.apply([stepOf({ ...booking, eventVersion: 1 }, signal)])).toEqual(new Map());
      expect((await bookings.apply([stepOf(booking, signal)])).size).toBe(1);
    });

    it("of an event that was consumed before changes nothing, however it was decided", async () => {
      const booking = await stored({ state: "FAILED", failureReason: "TIMEOUT" });
      const signal = heard.locked(booking.id);
      expect((await bookings.apply([stepOf(booking, signal)])).size).toBe(1);
      const before = await read(booking);
      expect(await bookings.apply([stepOf(before, signal)])).toEqual(new Map());
      expect(await read(booking)).toEqual(before);
      expect(await stepNames(booking)).toEqual(["booking.initiated", "seats.locked"]);
      expect(await unsent()).toHaveLength(1);
    });

    it("decided in a state that the booking has left changes nothing, and its event stays unconsumed", async () => {
      const booking = await stored();
      const failing = stepOf(booking, heard.lockFailed(booking.id));
      await bookings.apply([stepOf(booking, heard.locked(booking.id))]);
      const before = await read(booking);
      expect(await bookings.apply([failing])).toEqual(new Map());
      expect(await read(booking)).toEqual(before);
      expect(await isConsumed(failing.signal)).toBe(false);
      expect(await unsent()).toEqual([`${wireTopic("payment.requested")} ${booking.id}`]);
    });

    it("decided before the booking changed within its state changes nothing either", async () => {
      const booking = await stored({ state: "FAILED", failureReason: "TIMEOUT", deadlineAt: NOW });
      const late = stepOf(booking, deadlineOf(booking));
      await bookings.apply([stepOf(booking, heard.released(booking.id))]);
      expect(await bookings.apply([late])).toEqual(new Map());
      expect(await read(booking)).toMatchObject({ seatsClear: true, deadlinesPassed: 0 });
    });

    it("of a booking that is not there changes nothing, and its event stays unconsumed", async () => {
      const absent = stepOf(bookingOf(), heard.locked("bkg_absent"));
      expect(await bookings.apply([absent])).toEqual(new Map());
      expect(await isConsumed(absent.signal)).toBe(false);
      expect(await unsent()).toEqual([]);
    });

    it("has one effect when 20 apply it at once", async () => {
      const booking = await stored();
      const step = stepOf(booking, heard.locked(booking.id));
      const applied = await Promise.all(Array.from({ length: 20 }, () => bookings.apply([step])));
      expect(applied.filter((one) => one.size > 0)).toHaveLength(1);
      expect(await stepNames(booking)).toEqual(["booking.initiated", "seats.locked"]);
      expect(await unsent()).toHaveLength(1);
    });

    it("to CONFIRMED issues one ticket a place, once", async () => {
      const booking = await stored({ state: "CAPTURING", seatIds: SEATS, paymentId: "pay_1" });
      const step = stepOf(booking, heard.captured(booking.id));
      await Promise.all([bookings.apply([step]), bookings.apply([step])]);
      const tickets = (await bookings.tickets([booking.id])).get(booking.id)!;
      expect(tickets.map(({ placeId }) => placeId)).toEqual(SEATS);
    });
  });

  describe(`${name}: a batch of steps`, () => {
    it("of 50 bookings is applied at once, each with its own messages", async () => {
      const all = await Promise.all(Array.from({ length: 50 }, () => stored()));
      const applied = await bookings.apply(
        all.map((booking) => stepOf(booking, heard.lockFailed(booking.id))),
      );
      for (const { id } of all) {
        const rows = applied.get(heard.lockFailed(id).eventId)!;
        expect(names(rows)).toEqual([`${wireTopic("booking.failed")} ${id}`]);
      }
      expect(await unsent()).toHaveLength(50);
    });

    it("leaves out those that are stale, absent or consumed, and no others", async () => {
      const [moved, fresh, known] = [await stored(), await stored(), await stored()];
      await bookings.apply([moved, known].map((booking) => stepOf(booking, heard.locked(booking.id))));
      const applied = await bookings.apply([
        stepOf(moved, heard.lockFailed(moved.id)),
        stepOf(bookingOf(), heard.locked("bkg_absent")),
        stepOf(fresh, heard.locked(fresh.id)),
        { ...stepOf(await read(known), heard.declined(known.id)), signal: heard.locked(known.id) },
      ]);
      expect([...applied.keys()]).toEqual([heard.locked(fresh.id).eventId]);
    });

    it("that overlaps another in the opposite order does not block it", async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => stored()));
      const reasks = async (order: Booking[], at: number) => {
        const known = (await bookings.read(order.map(({ id }) => heard.locked(id)))).bookings;
        const found = order.map(({ id }) => known.get(id)!);
        const overdue = found.map((booking) => ({ ...booking, deadlineAt: NOW }));
        return bookings.apply(
          overdue.map((booking) =>
            stepOf(booking, { ...deadlineOf(booking), eventId: `${at}:${booking.id}` }),
          ),
        );
      };
      for (let round = 0; round < 10; round++) {
        await Promise.all([reasks(all, 2 * round), reasks([...all].reverse(), 2 * round + 1)]);
      }
      for (const booking of all) expect((await read(booking)).state).toBe("FAILED");
    });
  });

  describe(`${name}: the outbox`, () => {
    /** Unsent messages, the oldest first. */
    const messages = async (count: number) => {
      const create = () => bookings.create(newBookingOf());
      const rows = (await Promise.all(Array.from({ length: count }, create))) as OutboxRow[];
      return rows.sort((a, b) => a.id - b.id);
    };

    it("leaves a message to its writer for a while, then gives it to who sweeps", async () => {
      const [row] = await messages(1);
      expect(await bookings.claimUnsent(NOW + 1_000, ALL)).toEqual([]);
      const [claimed] = await bookings.claimUnsent(LATER, ALL);
      expect([claimed!.id, claimed!.value]).toEqual([row!.id, row!.value]);
    });

    it("gives a claimed message to nobody else until the claim has run out", async () => {
      await messages(1);
      expect(await bookings.claimUnsent(LATER, ALL)).toHaveLength(1);
      expect(await bookings.claimUnsent(LATER + 1_000, ALL)).toEqual([]);
      expect(await bookings.claimUnsent(LATER + 60_000, ALL)).toHaveLength(1);
    });

    it("keeps a message that is set aside from who sweeps, until then", async () => {
      const [aside, other] = await messages(2);
      await bookings.setAside(aside!, LATER);
      const claimedAt = async (now: number) => (await bookings.claimUnsent(now, ALL)).map(({ id }) => id);
      expect(await claimedAt(LATER)).toEqual([other!.id]);
      expect(await claimedAt(LATER + 1)).toEqual([aside!.id]);
      await bookings.sent([aside!]);
      await bookings.setAside(aside!, LATER);
      expect(await claimedAt(LATER + 60_000)).toEqual([other!.id]);
    });

    it("never gives one message to two who sweep at once", async () => {
      const rows = await messages(120);
      const claims = await Promise.all(Array.from({ length: 8 }, () => bookings.claimUnsent(LATER, 30)));
      const claimed = claims.flat().map(({ id }) => id);
      expect(new Set(claimed).size).toBe(claimed.length);
      for (const claim of claims) expect(claim.length).toBeLessThanOrEqual(30);
      const rest = await bookings.claimUnsent(LATER, ALL);
      expect([...claimed, ...rest.map(({ id }) => id)].sort()).toEqual(rows.map(({ id }) => id).sort());
    });

    it("gives the oldest first, and forgets what was sent, however often it is told", async () => {
      const [first, second, third] = await messages(3);
      expect((await bookings.claimUnsent(LATER, 2)).map(({ id }) => id)).toEqual([first!.id, second!.id]);
      await bookings.sent([second!]);
      await bookings.sent([second!, third!]);
      expect((await bookings.claimUnsent(LATER + 60_000, ALL)).map(({ id }) => id)).toEqual([first!.id]);
    });
  });

  describe(`${name}: what is looked for`, () => {
    it("overdue bookings, the longest overdue first, and none that waits for nothing", async () => {
      const [late, later] = [await stored({ deadlineAt: NOW - 1 }), await stored({ deadlineAt: NOW - 2 })];
      await stored({ deadlineAt: NOW });
      await stored({ deadlineAt: null });
      expect((await bookings.overdue(NOW, 10)).map(({ id }) => id)).toEqual([later.id, late.id]);
      expect((await bookings.overdue(NOW, 1)).map(({ id }) => id)).toEqual([later.id]);
    });

    it("a user's own bookings, the newest first, by page and by state", async () => {
      const mine = [await stored({ createdAt: NOW }), await stored({ createdAt: NOW + 1, state: "FAILED" })];
      await stored({ userId: "usr_9" });
      const ids = async (states: Booking["state"][] | null, page = 1, perPage = 10) => {
        const found = await bookings.page("usr_1", states, page, perPage);
        return { ids: found.bookings.map(({ id }) => id), total: found.total };
      };
      expect(await ids(null)).toEqual({ ids: [mine[1]!.id, mine[0]!.id], total: 2 });
      expect(await ids(null, 2, 1)).toEqual({ ids: [mine[0]!.id], total: 2 });
      expect(await ids(["FAILED"])).toEqual({ ids: [mine[1]!.id], total: 1 });
      expect(await ids([])).toEqual({ ids: [], total: 0 });
    });

    it("nothing of consumed events and keys once they are forgotten", async () => {
      const booking = bookingOf();
      await bookings.create(newBookingOf(booking, "k"));
      const signal = heard.locked(booking.id);
      await bookings.apply([stepOf(booking, signal)]);
      await bookings.forget(NOW);
      expect(await isConsumed(signal)).toBe(true);
      expect(await bookings.idempotencyKey("usr_1", "k")).not.toBeNull();
      await bookings.forget(NOW + 1);
      expect(await isConsumed(signal)).toBe(false);
      expect(await bookings.idempotencyKey("usr_1", "k")).toBeNull();
    });
  });
}
