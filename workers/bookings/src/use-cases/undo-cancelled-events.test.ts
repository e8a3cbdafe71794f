import { beforeEach, expect, it } from "vitest";
import { type MemoryBookings, memoryBookings } from "../testing/memory-bookings.ts";
import { bookingOf, heard, NOW, newBookingOf, SEATS } from "../testing/samples.ts";
import { applySignals } from "./apply-signals.ts";
import type { BookingsDeps } from "./deps.ts";
import { undoCancelledEvents } from "./undo-cancelled-events.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

let memory: MemoryBookings;
let now: number;
let isClosed: (eventId: string) => Promise<boolean>;
/** When each map was asked. */
let asked: Map<string, number[]>;
let errors: string[];

beforeEach(() => {
  memory = memoryBookings();
  now = NOW;
  isClosed = async () => false;
  asked = new Map();
  errors = [];
});

const deps = () =>
  ({
    ...{
      bookings: memory.bookings,
      bookedEvents: memory.bookedEvents,
      clock: () => now,
      send: async () => {},
    },
    inventory: {
      async isClosed(eventId: string) {
        asked.set(eventId, [...(asked.get(eventId) ?? []), now]);
        return isClosed(eventId);
      },
    },
    logger: { info() {}, warn() {}, error: (message: string) => void errors.push(message) },
  }) as unknown as BookingsDeps;
const cancelled = (eventId: string) =>
  memory.bookedEvents.addCancellation({ eventId, reason: "Strike", cancelledAt: NOW });
async function undoFor(ms: number, everyMs = 5_000): Promise<void> {
  for (const end = now + ms; now < end; now += everyMs) await undoCancelledEvents(deps());
}

it.each([
  ["is not closed", async () => false],
  ["does not answer", () => Promise.reject(new Error("no answer"))],
])("a map that %s is asked less and less often, and given up after a month", async (_, answer) => {
  isClosed = answer;
  await cancelled("evnt_1");
  await undoFor(MINUTE);
  expect(asked.get("evnt_1")!.length).toBeGreaterThan(4);
  await undoFor(4 * 60 * MINUTE);
  const times = asked.get("evnt_1")!;
  expect(times.length).toBeLessThan(60);
  expect(times.at(-1)! - times.at(-2)!).toBeGreaterThanOrEqual(7.5 * MINUTE);
  expect(times.at(-1)).toBeGreaterThan(now - 15 * MINUTE - 5_000);
  now = NOW + 30 * DAY;
  await undoFor(DAY, MINUTE);
  expect(errors).toEqual(["cancelled event is not undone: a person is needed"]);
  const before = times.length;
  asked.clear();
  await undoFor(30 * DAY, 60 * MINUTE);
  expect([before > 0, asked.size]).toEqual([true, 0]);
});

it("maps that wait since the same moment are not asked at the same moments", async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `evnt_${10 + n}`);
  for (const eventId of ids) await cancelled(eventId);
  now += 60 * MINUTE;
  await undoCancelledEvents(deps());
  const looks = ids.map((eventId) => memory.tables.cancellations.get(eventId)!.lookAt);
  expect(new Set(looks).size).toBeGreaterThan(15);
});

it("an event some of whose bookings are undone is gone on with in the next sweep", async () => {
  isClosed = async () => true;
  await cancelled("evnt_1");
  const capturing = bookingOf({ state: "CAPTURING", seatIds: SEATS, paymentId: "pay_1" });
  const confirmed = bookingOf({ state: "CONFIRMED", seatIds: SEATS, paymentId: "pay_1" });
  for (const booking of [capturing, confirmed]) await memory.bookings.create(newBookingOf(booking));
  now += 60 * MINUTE;
  await undoCancelledEvents(deps());
  expect(memory.tables.bookings.get(confirmed.id)!.state).toBe("CANCELLED");
  await applySignals(deps(), [heard.captured(capturing.id)]);
  await undoCancelledEvents(deps());
  expect(memory.tables.bookings.get(capturing.id)!.state).toBe("CANCELLED");
  await undoCancelledEvents(deps());
  expect(memory.tables.cancellations.get("evnt_1")!.doneAt).toBe(now);
});
