import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditedOutbox } from "#shared/postgres/audited-outbox.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import { type Advance, advance } from "../../workers/bookings/src/core/advance.ts";
import type { Booking } from "../../workers/bookings/src/core/booking.ts";
import { auditedBookings } from "../../workers/bookings/src/repositories/audited-bookings.ts";
import { bookingOf, heard, NOW, newBookingOf, SEATS } from "../../workers/bookings/src/testing/samples.ts";
import { bookingsAudit } from "../../workers/bookings/src/use-cases/audit.ts";
import { type BookingsUnderTest, startBookings } from "./postgres.ts";

let under: BookingsUnderTest;
let client: Client;
let sent: OutgoingMessage[];

beforeAll(async () => {
  under = await startBookings();
  client = await under.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await under.close();
});
beforeEach(async () => {
  await under.empty();
  sent = [];
});

const LATER = NOW + 60_000;
const audit = () =>
  bookingsAudit({
    ...{ bookings: under.bookings, audited: auditedBookings(under.db), outbox: auditedOutbox(under.db) },
    clock: () => LATER,
    send: async (messages) => void sent.push(...messages),
  });

async function stored(over: Partial<Booking> = {}): Promise<Booking> {
  const booking = bookingOf(over);
  const row = (await under.bookings.create(newBookingOf(booking)))!;
  await under.bookings.sent([row]);
  return booking;
}

/** A booking whose seats are locked; what that says is not sent. */
async function locked(): Promise<Booking> {
  const booking = await stored();
  const step = advance(booking, [], heard.locked(booking.id), NOW + 1_000) as Advance;
  await under.bookings.apply([step]);
  return booking;
}

describe("what bookings tells an auditor", () => {
  it("is a booking with its steps, its tickets, and what waits to be sent", async () => {
    const { id } = await locked();
    await client.query("insert into ticket (id, booking_id, place_id) values ('tkt_1', $1, 'a-1')", [id]);
    expect(await audit().bookingsById([id, "bkg_none"])).toEqual([
      expect.objectContaining({
        ...{ id, state: "PAYING", requestedSeatIds: SEATS, requestedPlaces: 2, seatIds: SEATS },
        ...{ totalAmount: 19_000, refundAmount: null, createdAt: NOW, ticketPlaces: ["a-1"] },
        steps: [
          { at: NOW, step: "booking.initiated", state: "INITIATED" },
          { at: NOW + 1_000, step: "seats.locked", state: "PAYING" },
        ],
        ...{ unsent: 1, unsentSince: NOW + 1_000, stepsWithoutEvent: 0 },
      }),
    ]);
  });

  it("is page after page of all bookings, or of one event's, and never more than 200", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await stored()).id);
    const other = await stored({ eventId: "evnt_2" });
    const page = (eventId: string | null, afterId: string, limit: number) =>
      audit().bookings({ eventId, afterId, limit });
    const first = await page("evnt_1", "", 2);
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect((await page("evnt_1", ids[1]!, 2)).map(({ id }) => id)).toEqual(ids.slice(2));
    expect((await page(null, ids[2]!, 2)).map(({ id }) => id)).toEqual([other.id]);
    for (let n = 0; n < 201; n++) await stored({ eventId: "evnt_3" });
    expect(await page("evnt_3", "", 10_000)).toHaveLength(200);
  });

  it("is a step whose event the inbox has not", async () => {
    const { id } = await locked();
    await client.query("delete from inbox");
    const [facts] = await audit().bookingsById([id]);
    expect(facts?.stepsWithoutEvent).toBe(1);
    expect(await audit().inbox(LATER)).toMatchObject({ events: 0, steps: 1 });
  });

  it("is how many events and steps there are in a time, and keys that lead nowhere", async () => {
    await locked();
    expect(await audit().inbox(LATER)).toMatchObject({ events: 1, steps: 1, keysWithoutBooking: [] });
    expect(await audit().inbox(NOW + 1_000)).toMatchObject({ events: 0, steps: 0 });
    const key = "insert into idempotency_key values ('usr_1', 'k', 'hash', 'bkg_gone', now())";
    await client.query(key);
    const { keysWithoutBooking } = await audit().inbox(LATER);
    expect(keysWithoutBooking).toEqual([{ userId: "usr_1", bookingId: "bkg_gone" }]);
  });

  it("is a place with two confirmed bookings, and none where one of them has failed", async () => {
    const sold: Partial<Booking> = { seatIds: ["a-1", "a-2"], state: "CONFIRMED" };
    const [one, two] = [await stored(sold), await stored({ ...sold, seatIds: ["a-2"] })];
    await stored({ ...sold, state: "FAILED" });
    await stored({ ...sold, eventId: "evnt_2" });
    expect(await audit().oversold("evnt_1")).toEqual([
      { eventId: "evnt_1", placeId: "a-2", bookingIds: [one.id, two.id].sort() },
    ]);
    expect(await audit().oversold("evnt_2")).toEqual([]);
  });
});

describe("a message that waits", () => {
  it("is told with its age, and sent when that is asked for, whoever has claimed it", async () => {
    const { id } = await locked();
    await client.query("update outbox set claimed_until = now() + interval '1 year'");
    expect(await audit().outbox()).toEqual({ unsent: 1, oldest: [{ key: id, since: NOW + 1_000 }] });
    expect(await audit().relay(["bkg_other"])).toBe(0);
    expect(await audit().relay([id])).toBe(1);
    expect(sent.map(({ key, topic }) => [key, topic])).toEqual([[id, "ticketflow.payment.requested"]]);
    expect(await audit().outbox()).toEqual({ unsent: 0, oldest: [] });
  });

  it("stays where it cannot be sent", async () => {
    const { id } = await locked();
    const failing = bookingsAudit({
      ...{ bookings: under.bookings, audited: auditedBookings(under.db), outbox: auditedOutbox(under.db) },
      clock: () => LATER,
      send: () => Promise.reject(new Error("no")),
    });
    await expect(failing.relay([id])).rejects.toThrow("no");
    expect((await audit().outbox()).unsent).toBe(1);
  });

  it("that is none of ours is as old as can be", async () => {
    const { topic, partition, key } = toMessage(advanceOf().emits[0]!);
    await client.query(
      "insert into outbox (topic, partition, key, value, claimed_until) values ($1, $2, $3, 'x', now())",
      [topic, partition, key],
    );
    expect((await audit().outbox()).oldest).toEqual([{ key, since: 0 }]);
  });
});

const advanceOf = () => {
  const booking = bookingOf();
  return advance(booking, [], heard.locked(booking.id), NOW) as Advance;
};
