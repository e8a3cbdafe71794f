import { beforeEach, describe, expect, it } from "vitest";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { topicOf } from "#shared/saga/wire.ts";
import type { Booking } from "../core/booking.ts";
import { MAX_UNDO_REMINDERS, needsPerson } from "../core/deadlines.ts";
import { type MemoryBookings, memoryBookings } from "../testing/memory-bookings.ts";
import { bookingOf, heard, NOW, newBookingOf, SEATS } from "../testing/samples.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";
import { sweep } from "./sweep.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

let memory: MemoryBookings;
let now: number;
let sent: { topic: string | undefined; key: string; at: number }[];
let alerts: string[];
let deps: BookingsDeps;

beforeEach(() => {
  memory = memoryBookings();
  now = NOW;
  sent = [];
  alerts = [];
  const nobody = () => Promise.reject(new Error("nobody is asked here"));
  deps = {
    bookings: memory.bookings,
    bookedEvents: memory.bookedEvents,
    events: { quote: nobody, seating: nobody } as BookingsDeps["events"],
    inventory: { isClosed: nobody } as unknown as BookingsDeps["inventory"],
    clock: () => now,
    logger: {
      info() {},
      warn() {},
      error: (message, fields) => void alerts.push(`${message} ${fields?.state}`),
    },
    send: async (messages: OutgoingMessage[]) => {
      sent.push(...messages.map(({ topic, key }) => ({ topic: topicOf(topic), key, at: now })));
    },
  };
});

/** A stored booking whose first message is sent, and which nobody answers. */
async function waiting(over: Partial<Booking> = {}): Promise<string> {
  const booking = bookingOf({ seatIds: SEATS, paymentId: "pay_1", deadlineAt: NOW + 30_000, ...over });
  await memory.bookings.sent([(await memory.bookings.create(newBookingOf(booking)))!]);
  return booking.id;
}
/** Sweeps at each deadline that passes within so long, and at no other time: the clock is the test's own. */
async function pass(ms: number): Promise<void> {
  const end = now + ms;
  for (;;) {
    const next = Math.min(...[...memory.tables.bookings.values()].map(({ deadlineAt }) => deadlineAt ?? end));
    if (next >= end) break;
    now = next + 1;
    await sweep(deps);
  }
  now = end;
}
const row = (id: string) => memory.tables.bookings.get(id)!;
const toldOf = (id: string) => sent.filter(({ key }) => key === id);
const pausesOf = (id: string, topic: string) => {
  const times = toldOf(id).filter((told) => told.topic === topic);
  return times.slice(1).map(({ at }, n) => at - times[n]!.at);
};

describe("a booking that nobody answers", () => {
  it("fails within two minutes while it waits for its seats, and is undone [booking INITIATED: deadline]", async () => {
    const id = await waiting({ state: "INITIATED", seatIds: [], deadlineAt: NOW + 120_000 });
    await pass(120_000);
    expect(row(id).state).toBe("INITIATED");
    await pass(1_000);
    expect(row(id)).toMatchObject({ state: "FAILED", failureReason: "TIMEOUT" });
    expect(toldOf(id).map(({ topic }) => topic)).toEqual(["seats.release", "booking.failed"]);
  });

  it.each([60, 300, 3_600])(
    "fails half a minute after its lock of %i s while it waits for its payment [booking PAYING: deadline]",
    async (ttlSeconds) => {
      const id = await waiting({ state: "INITIATED" });
      const lockExpiresAt = NOW + ttlSeconds * 1000;
      await applySignals(deps, [{ ...heard.locked(id), lockExpiresAt }]);
      await pass(ttlSeconds * 1000 + 30_000);
      expect(row(id).state).toBe("PAYING");
      await pass(1_000);
      expect(row(id)).toMatchObject({ state: "FAILED", failureReason: "TIMEOUT" });
      expect(toldOf(id).map(({ topic }) => topic)).toEqual([
        "payment.requested",
        ...["seats.release", "booking.failed"],
      ]);
    },
  );

  it.each([
    ["RESERVING", "seats.confirm"],
    ["CAPTURING", "payment.capture"],
  ] as const)(
    "is never failed by the clock past the pivot: it asks again, less and less often, and raises an alarm [booking %s: deadline]",
    async (state, ask) => {
      const id = await waiting({ state });
      await pass(DAY);
      expect(row(id).state).toBe(state);
      const pauses = pausesOf(id, ask);
      expect(pauses[0]).toBeGreaterThanOrEqual(30_000);
      expect(pauses[0]).toBeLessThan(61_000);
      for (const pause of pauses.slice(3)) {
        expect(pause).toBeGreaterThanOrEqual(2 * MINUTE);
        expect(pause).toBeLessThan(4 * MINUTE + 1_000);
      }
      // All but the first two reminders.
      expect(alerts).toEqual(new Array(pauses.length - 1).fill(`booking is stuck ${state}`));
    },
  );

  it.each([
    ["FAILED", ["seats.release", "booking.failed"]],
    ["CANCELLED", ["booking.cancelled"]],
  ] as const)(
    "asks for its undo a limited number of times, then calls for a person [booking %s: deadline]",
    async (state, asks) => {
      const id = await waiting({ state, failureReason: state === "FAILED" ? "TIMEOUT" : null });
      await pass(10 * DAY);
      for (const ask of asks) {
        expect(toldOf(id).filter(({ topic }) => topic === ask)).toHaveLength(MAX_UNDO_REMINDERS);
        const pauses = pausesOf(id, ask);
        for (const pause of pauses) expect(pause).toBeLessThan(DAY + 1_000);
        expect(pauses.at(-1)).toBeGreaterThanOrEqual(DAY / 2);
      }
      expect(row(id).deadlineAt).toBeNull();
      expect(needsPerson(row(id))).toBe(true);
      expect(alerts).toEqual([`booking is stuck ${state}`]);
      expect(memory.tables.steps.get(id)!.at(-1)!.detail).toContain("a person is needed");
      sent.length = 0;
      await pass(30 * DAY);
      expect(sent).toEqual([]);
    },
  );
});

describe("an undo", () => {
  it("that nobody asks for any more is taken in all the same when it is answered at last", async () => {
    const id = await waiting({ state: "FAILED", failureReason: "TIMEOUT" });
    await pass(10 * DAY);
    await applySignals(deps, [heard.released(id)]);
    expect(needsPerson(row(id))).toBe(true);
    await applySignals(deps, [heard.voided(id)]);
    expect(row(id)).toMatchObject({ seatsClear: true, moneyClear: true, deadlineAt: null });
    expect(needsPerson(row(id))).toBe(false);
  });

  it("is asked for in quick succession at first, however long the booking waited before", async () => {
    const id = await waiting({ state: "RESERVING" });
    await pass(DAY);
    await applySignals(deps, [
      { ...heard.released(id), eventId: "too late", input: "seats.confirm-failed", detail: "EXPIRED" },
    ]);
    await pass(2 * MINUTE);
    expect(toldOf(id).filter(({ topic }) => topic === "booking.failed").length).toBeGreaterThanOrEqual(3);
  });

  it("that came to a definitive end without the money is asked for a limited number of times, too", async () => {
    const id = await waiting({ state: "CANCELLED", seatsClear: true });
    await applySignals(deps, [heard.refunded(id, "FAILED")]);
    await pass(10 * DAY);
    expect(toldOf(id)).toHaveLength(MAX_UNDO_REMINDERS);
    expect(needsPerson(row(id))).toBe(true);
  });
});

it("bookings that got stuck together do not come back together", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => waiting({ state: "CAPTURING" })));
  await pass(2 * MINUTE);
  const second = ids.map((id) => toldOf(id)[1]!.at);
  expect(new Set(second).size).toBeGreaterThan(15);
});

it("a booking that is confirmed waits for nothing, and needs nobody", async () => {
  const id = await waiting({ state: "CONFIRMED", deadlineAt: null });
  await pass(DAY);
  expect(sent).toEqual([]);
  expect(needsPerson(row(id))).toBe(false);
});
