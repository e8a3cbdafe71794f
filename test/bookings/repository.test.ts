import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { type Advance, advance } from "../../workers/bookings/src/core/advance.ts";
import { describeBookedEvents } from "../../workers/bookings/src/repositories/booked-events.contract.ts";
import { describeBookings } from "../../workers/bookings/src/repositories/bookings.contract.ts";
import { bookingOf, heard, NOW, newBookingOf } from "../../workers/bookings/src/testing/samples.ts";
import { type BookingsUnderTest, startBookings } from "./postgres.ts";

let under: BookingsUnderTest;

beforeAll(async () => {
  under = await startBookings();
}, 60_000);
afterAll(() => under.close());

describeBookings("Postgres", () => under.empty());
describeBookedEvents("Postgres", async () => ({
  bookings: await under.empty(),
  bookedEvents: under.bookedEvents,
}));

describe("Postgres: a step that waits for another transaction", () => {
  /** Until a statement of the service waits for a lock. */
  const someoneWaits = (client: Client) =>
    expect
      .poll(async () => {
        const waiting =
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = 'bookings'";
        return (await client.query(waiting)).rowCount;
      })
      .toBe(1);

  it("is judged by what that one leaves: void once the booking has changed", async () => {
    const { bookings } = under;
    const booking = bookingOf();
    await bookings.create(newBookingOf(booking));
    const step = advance(booking, [], heard.locked(booking.id), NOW) as Advance;
    const [other, watcher] = [await under.connect(), await under.connect()];
    await other.query("begin");
    const change =
      "update booking set state = 'FAILED', updated_at = updated_at + interval '1 ms' where id = $1";
    await other.query(change, [booking.id]);
    const applying = bookings.apply([step]);
    await someoneWaits(watcher);
    await other.query("commit");
    expect(await applying).toEqual(new Map());
    expect((await bookings.find(booking.id))!.state).toBe("FAILED");
    expect((await bookings.read([step.signal])).seen.size).toBe(0);
    await Promise.all([other.end(), watcher.end()]);
  });

  it("is applied when that one is rolled back", async () => {
    const { bookings } = under;
    const booking = bookingOf();
    await bookings.create(newBookingOf(booking));
    const step = advance(booking, [], heard.locked(booking.id), NOW) as Advance;
    const [other, watcher] = [await under.connect(), await under.connect()];
    await other.query("begin");
    await other.query("update booking set state = 'FAILED' where id = $1", [booking.id]);
    const applying = bookings.apply([step]);
    await someoneWaits(watcher);
    await other.query("rollback");
    expect((await applying).size).toBe(1);
    await Promise.all([other.end(), watcher.end()]);
  });
});

describe("Postgres: a sweep", () => {
  it("passes by a message that another is claiming, and does not wait for it", async () => {
    const bookings = await under.empty();
    const [held, free] = [await bookings.create(newBookingOf()), await bookings.create(newBookingOf())];
    const other = await under.connect();
    await other.query("begin");
    await other.query("select from outbox where id = $1 for update", [held!.id]);
    expect((await bookings.claimUnsent(NOW + 60_000, 10)).map(({ id }) => id)).toEqual([free!.id]);
    await other.query("rollback");
    await other.end();
  });
});

describe("Postgres: a server that is stopped", () => {
  it("is unavailable, and the repository goes on once it is back", async () => {
    const { bookings } = under;
    const booking = bookingOf();
    await bookings.create(newBookingOf(booking));
    await under.stop();
    const step = advance(booking, [], heard.locked(booking.id), NOW) as Advance;
    await expect(bookings.apply([step])).rejects.toThrow(Unavailable);
    await expect(bookings.create(newBookingOf())).rejects.toThrow(Unavailable);
    await under.start();
    expect(await bookings.find(booking.id)).toEqual(booking);
    expect((await bookings.apply([step])).size).toBe(1);
  });
});
