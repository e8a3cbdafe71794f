import { beforeEach, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { type MemoryBookings, memoryBookings } from "../testing/memory-bookings.ts";
import { bookingOf, NOW, newBookingOf } from "../testing/samples.ts";
import type { BookingsDeps } from "./deps.ts";
import { relayLeftovers } from "./relay.ts";

const HOUR = 3_600_000;

let memory: MemoryBookings;
let now: number;
let calls: string[][];
/** Keys whose messages Kafka refuses. */
let refused: Set<string>;

beforeEach(() => {
  memory = memoryBookings();
  now = NOW + 60_000;
  calls = [];
  refused = new Set();
});

async function send(messages: OutgoingMessage[]): Promise<void> {
  calls.push(messages.map(({ key }) => key));
  if (messages.some(({ key }) => refused.has(key))) throw new Error("too large");
}
const relayed = () =>
  relayLeftovers({ bookings: memory.bookings, send, clock: () => now } as unknown as BookingsDeps);
async function left(count: number): Promise<string[]> {
  const all = Array.from({ length: count }, () => bookingOf());
  for (const booking of all) await memory.bookings.create(newBookingOf(booking));
  return all.map(({ id }) => id);
}
const unsent = () => [...memory.tables.outbox.unsent.values()].map(({ row }) => row.key);

it("a message that Kafka refuses holds up no other, and is found in a few calls", async () => {
  const ids = await left(300);
  refused = new Set([ids[3]!, ids[200]!]);
  await expect(relayed()).rejects.toThrow("too large");
  expect(unsent()).toEqual([ids[3], ids[200]]);
  expect(calls.length).toBeLessThan(45);
});

it("is tried again hourly for a day, then left to a person", async () => {
  const [id] = await left(1);
  refused = new Set([id!]);
  const tries: number[] = [];
  for (const end = now + 72 * HOUR; now < end; now += 60_000) {
    calls = [];
    await relayed().catch(() => undefined);
    if (calls.length > 0) tries.push(now);
  }
  const pauses = tries.slice(1).map((at, n) => at - tries[n]!);
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(HOUR / 2);
    expect(pause).toBeLessThanOrEqual(HOUR + 120_000);
  }
  expect(tries.length).toBeGreaterThan(20);
  expect(tries.length).toBeLessThan(55);
  expect(tries.at(-1)! - NOW).toBeLessThan(26 * HOUR);
  expect(unsent()).toEqual([id]);
});

it("while Kafka is out nothing is set aside, and one call is enough to find that out", async () => {
  const ids = await left(3);
  const out = async (messages: OutgoingMessage[]) => {
    calls.push(messages.map(({ key }) => key));
    throw new Unavailable("kafka");
  };
  const deps = { bookings: memory.bookings, send: out, clock: () => now } as unknown as BookingsDeps;
  await expect(relayLeftovers(deps)).rejects.toThrow(Unavailable);
  expect(calls).toHaveLength(1);
  now += 11_000;
  await relayed();
  expect(unsent()).toEqual([]);
  expect(calls.at(-1)).toEqual(ids);
});
