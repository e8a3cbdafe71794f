import { beforeEach, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { QuoteAnswer, QuoteRequest } from "#shared/rpc/events.ts";
import type { NewBooking } from "../repositories/bookings.ts";
import { type MemoryBookings, memoryBookings } from "../testing/memory-bookings.ts";
import { NOW } from "../testing/samples.ts";
import { bookingsDesk, MOST_AT_A_DESK } from "./desk.ts";
import type { BookingsDeskRpc } from "./desk-rpc.ts";

const EVENT = "evnt_1";
const buyer = (n: number) => ({
  ...{ userId: `usr_${n}`, role: "USER" as const, email: "a@example.com", name: "A" },
});

let memory: MemoryBookings;
let desk: BookingsDeskRpc;
/** How many each call was for: prices, rows, messages. */
let calls: { quotes: number[]; written: number[]; sent: number[] };
let answers: (request: QuoteRequest) => QuoteAnswer;
let sending: Promise<void>;

beforeEach(() => {
  memory = memoryBookings();
  calls = { quotes: [], written: [], sent: [] };
  answers = quoted;
  sending = Promise.resolve();
  const { bookings } = memory;
  desk = bookingsDesk({
    bookings: {
      ...bookings,
      create: (added) => counted([added], () => bookings.create(added)),
      createAll: (added) => counted(added, () => bookings.createAll(added)),
    },
    bookedEvents: memory.bookedEvents,
    inventory: { hold: () => Promise.reject(new Error("none")), isClosed: async () => false },
    events: {
      async quotes(requests) {
        calls.quotes.push(requests.length);
        return requests.map((request) => answers(request));
      },
    },
    clock: () => NOW,
    logger: { info() {}, warn() {}, error() {} },
    async send(messages) {
      calls.sent.push(messages.length);
      await sending;
    },
    pause: async () => undefined,
  });
});

function counted<T>(added: NewBooking[], write: () => Promise<T>): Promise<T> {
  calls.written.push(added.length);
  return write();
}

function quoted({ eventId, seatIds }: QuoteRequest): QuoteAnswer {
  const lines = seatIds.map((seatId) => ({ seatId, label: seatId, tier: "A", quantity: 1, price: 100 }));
  const event = { eventVersion: 1, organiserId: "usr_9", eventName: "Opera", venueName: "House" };
  const at = { startsAt: "2027-01-01T18:00:00.000Z", timeZone: "Europe/Vienna", currency: "EUR" };
  return { ok: true, quote: { eventId, ...event, ...at, lines, totalAmount: 100 * lines.length } };
}

const book = (n: number, key?: string) =>
  desk.book(buyer(n), { eventId: EVENT, seatIds: [`a-${n}`] } as never, key);
const bookMany = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => book(n)));

it("prices, writes and sends together what comes together, each for its own buyer", async () => {
  const accepted = await bookMany(40);
  expect(new Set(accepted.map(({ outcome }) => outcome))).toEqual(new Set(["ACCEPTED"]));
  expect(memory.tables.bookings.size).toBe(40);
  for (const [n, answer] of accepted.entries()) {
    const { bookingId } = answer as Extract<typeof answer, { outcome: "ACCEPTED" }>;
    const booking = memory.tables.bookings.get(bookingId);
    expect(booking).toMatchObject({ userId: `usr_${n}`, requestedSeatIds: [`a-${n}`] });
  }
  expect(calls.quotes.length + calls.written.length).toBeLessThan(8);
  await expect.poll(() => calls.sent.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(calls.sent.length).toBeLessThan(6);
  await expect.poll(() => memory.tables.outbox.unsent.size).toBe(0);
});

it("refuses one without the others", async () => {
  answers = (request) =>
    request.seatIds.includes("a-3") ? { ok: false, code: "EVENT_NOT_ON_SALE" } : quoted(request);
  const outcomes = await bookMany(10);
  expect(outcomes[3]).toMatchObject({ outcome: "REFUSED", code: "EVENT_NOT_ON_SALE" });
  expect(outcomes.filter(({ outcome }) => outcome === "ACCEPTED")).toHaveLength(9);
});

it("gives one booking to one key, however many ask at the same time", async () => {
  const same = await Promise.all([book(1, "k"), book(1, "k"), book(1, "k"), book(2)]);
  expect(same.map(({ outcome }) => outcome)).toEqual(Array(4).fill("ACCEPTED"));
  expect(new Set(same.slice(0, 3).map((answer) => "bookingId" in answer && answer.bookingId)).size).toBe(1);
  expect(memory.tables.bookings.size).toBe(2);
});

it("answers before Kafka does, and leaves what Kafka does not take in the outbox", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  sending = promise;
  expect(await book(1)).toMatchObject({ outcome: "ACCEPTED" });
  reject(new Unavailable("kafka"));
  await expect.poll(() => calls.sent).toEqual([1]);
  expect(memory.tables.outbox.unsent.size).toBe(1);
});

it("says who is away, and what is broken, as data", async () => {
  answers = () => {
    throw new Error("a fault");
  };
  expect(await book(1)).toEqual({ outcome: "UNAVAILABLE", backend: "events" });
  answers = () => ({ ok: true, quote: null as never });
  expect(await book(1)).toMatchObject({ outcome: "BROKEN" });
});

it("turns away who is one too many", async () => {
  const all = await bookMany(MOST_AT_A_DESK + 1);
  expect(all.at(-1)).toEqual({ outcome: "UNAVAILABLE", backend: "bookings" });
  expect(all.filter(({ outcome }) => outcome === "ACCEPTED")).toHaveLength(MOST_AT_A_DESK);
  expect(await book(1)).toMatchObject({ outcome: "ACCEPTED" });
});
