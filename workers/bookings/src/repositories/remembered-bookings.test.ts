import { beforeEach, expect, it } from "vitest";
import { DONE } from "#shared/saga/handlers.ts";
import type { Signal } from "../core/input.ts";
import { type MemoryBookings, memoryBookings } from "../testing/memory-bookings.ts";
import { bookingOf, heard, NOW, newBookingOf } from "../testing/samples.ts";
import { applySignals } from "../use-cases/apply-signals.ts";
import type { BookingsDeps } from "../use-cases/deps.ts";
import type { Bookings } from "./bookings.ts";
import { rememberedBookings } from "./remembered-bookings.ts";

let memory: MemoryBookings;
/** The bookings that each read asked for. */
let reads: string[][];
let consumer: Bookings;
let id: string;

beforeEach(async () => {
  memory = memoryBookings();
  reads = [];
  const { bookings } = memory;
  consumer = rememberedBookings({
    ...bookings,
    read(signals) {
      reads.push(signals.map(({ bookingId }) => bookingId));
      return bookings.read(signals);
    },
  });
  id = await stored();
});

async function stored(): Promise<string> {
  const booking = bookingOf();
  await memory.bookings.create(newBookingOf(booking));
  return booking.id;
}

function hear(...signals: Signal[]) {
  const deps = {
    ...{ bookings: consumer, bookedEvents: memory.bookedEvents, clock: () => NOW },
    ...{ logger: { info() {}, warn() {}, error() {} }, send: async () => {} },
  };
  return applySignals(deps as unknown as BookingsDeps, signals);
}
const stateOf = () => memory.tables.bookings.get(id)?.state;

it("reads a booking once, and then goes on from what it has written", async () => {
  for (const next of [heard.locked, heard.authorised, heard.confirmed, heard.captured]) {
    expect(await hear(next(id))).toEqual([DONE]);
  }
  expect(stateOf()).toBe("CONFIRMED");
  expect(reads).toEqual([[id]]);
});

it("reads those of a batch that it does not know, and no others", async () => {
  const other = await stored();
  await hear(heard.locked(id));
  expect(await hear(heard.authorised(id), heard.locked(other))).toEqual([DONE, DONE]);
  expect(reads).toEqual([[id], [other]]);
});

it("reads again where others have moved the booking meanwhile", async () => {
  await hear(heard.locked(id));
  const { bookings, tables } = memory;
  const now = tables.bookings.get(id)!;
  tables.bookings.set(id, { ...now, state: "FAILED", failureReason: "TIMEOUT", updatedAt: NOW + 60_000 });
  expect(await hear(heard.authorised(id))).toEqual([DONE]);
  expect(stateOf()).toBe("FAILED");
  expect(reads).toEqual([[id], [id]]);
  expect((await bookings.steps(id)).map(({ step }) => step).at(-1)).toBe("payment.authorised");
});

it("tells of an event as it is now, though it was changed since", async () => {
  await hear(heard.locked(id));
  await memory.bookedEvents.tell(
    {
      eventId: "evnt_1",
      version: 2,
      name: "Ballet",
      startsAt: "2027-01-02T18:00:00.000Z",
      venueName: "Hall",
    },
    10,
  );
  for (const next of [heard.authorised, heard.confirmed, heard.captured]) await hear(next(id));
  const sent = [...memory.tables.outbox.unsent.values()].map(({ row }) => row.value);
  expect(reads).toEqual([[id], [id]]);
  expect(stateOf()).toBe("CONFIRMED");
  expect(sent.join()).not.toContain("Opera");
});

it("finds an event consumed that it hears again", async () => {
  const signal = heard.locked(id);
  await hear(signal);
  expect(await hear(signal)).toEqual([DONE]);
  expect(await memory.bookings.steps(id)).toHaveLength(2);
});

it("does not decide from memory that there is nothing to do", async () => {
  await hear(heard.locked(id));
  const now = memory.tables.bookings.get(id)!;
  const moved = { state: "RESERVING", paymentId: "pay_1", updatedAt: NOW + 60_000 } as const;
  memory.tables.bookings.set(id, { ...now, ...moved });
  // Too soon for what is remembered.
  expect(await hear(heard.confirmed(id))).toEqual([DONE]);
  expect(stateOf()).toBe("CAPTURING");
});
