import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Booking } from "../../workers/bookings/src/core/booking.ts";
import { heard, NOW, newBookingOf, SEATS } from "../../workers/bookings/src/testing/samples.ts";
import { applySignals } from "../../workers/bookings/src/use-cases/apply-signals.ts";
import { sweep } from "../../workers/bookings/src/use-cases/sweep.ts";
import { type BookingsUnderTest, startBookings } from "./postgres.ts";
import { idsOf, sagaOver } from "./saga.ts";

let under: BookingsUnderTest;
let saga: ReturnType<typeof sagaOver>;

beforeAll(async () => {
  under = await startBookings();
}, 60_000);
afterAll(() => under.close());
beforeEach(async () => {
  saga = sagaOver(await under.empty(), under.bookedEvents);
});

/** Sweeps every 5 seconds, as the alarm does, for so long. */
async function sweepFor(seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 5) {
    saga.world.now += 5_000;
    await sweep(saga.deps);
  }
}
const held = (state: Booking["state"], over: Partial<Booking> = {}) =>
  saga.stored({ state, seatIds: SEATS, paymentId: "pay_1", deadlineAt: NOW + 30_000, ...over });

describe("a deadline", () => {
  it.each(["INITIATED", "PAYING"] as const)(
    "fails a booking that is %s, and has all of it undone",
    async (state) => {
      const id = await held(state);
      await sweepFor(30);
      expect((await saga.find(id)).state).toBe(state);
      await sweepFor(5);
      expect(await saga.find(id)).toMatchObject({ state: "FAILED", failureReason: "TIMEOUT" });
      expect(saga.toldOf(id)).toEqual(["seats.release", "booking.failed"]);
    },
  );

  it.each([
    ["RESERVING", "seats.confirm"],
    ["CAPTURING", "payment.capture"],
  ] as const)(
    "of a booking that is %s asks again, never gives up, and less and less often",
    async (state, ask) => {
      const id = await held(state);
      await sweepFor(300);
      const early = saga.world.sent.length;
      await sweepFor(300);
      expect((await saga.find(id)).state).toBe(state);
      expect(new Set(saga.toldOf(id))).toEqual(new Set([ask]));
      expect(new Set(idsOf(saga.world.sent)).size).toBe(saga.world.sent.length);
      expect(early).toBeGreaterThanOrEqual(2);
      expect(saga.world.sent.length - early).toBeLessThan(early);
    },
  );

  it("of a failed booking asks for what is not clear, until all is", async () => {
    const id = await held("FAILED", { failureReason: "TIMEOUT" });
    await sweepFor(35);
    expect(saga.toldOf(id)).toEqual(["seats.release", "booking.failed"]);
    await applySignals(saga.deps, [heard.voided(id)]);
    saga.world.sent.length = 0;
    await sweepFor(120);
    expect(new Set(saga.toldOf(id))).toEqual(new Set(["seats.release"]));
    await applySignals(saga.deps, [heard.released(id)]);
    saga.world.sent.length = 0;
    await sweepFor(600);
    expect(saga.world.sent).toEqual([]);
  });

  it("never touches a confirmed booking", async () => {
    const id = await held("CONFIRMED", { deadlineAt: null });
    await sweepFor(60);
    expect(await saga.steps(id)).toHaveLength(1);
  });

  it("passes for more bookings than one statement moves", async () => {
    await Promise.all(Array.from({ length: 230 }, () => saga.stored({ deadlineAt: NOW - 1 })));
    await sweep(saga.deps);
    expect((await under.bookings.page("usr_1", ["FAILED"], 1, 1)).total).toBe(230);
  });
});

describe("a sweep", () => {
  it("passes deadlines while Kafka is down, says so, and tells of them afterwards", async () => {
    const id = await saga.stored({ deadlineAt: NOW - 1 });
    await under.bookings.create(newBookingOf());
    saga.world.kafkaIsDown = new Unavailable("kafka");
    saga.world.now += 11_000;
    await expect(sweep(saga.deps)).rejects.toThrow(Unavailable);
    expect((await saga.find(id)).state).toBe("FAILED");
    saga.world.kafkaIsDown = null;
    await sweepFor(15);
    expect(saga.toldOf(id)).toEqual(["seats.release", "booking.failed"]);
  });

  it("moves the others past a booking that cannot be moved", async () => {
    // It is to be captured, but nobody knows its payment.
    await held("CAPTURING", { paymentId: null, deadlineAt: NOW - 2 });
    const id = await saga.stored({ deadlineAt: NOW - 1 });
    await sweep(saga.deps);
    expect((await saga.find(id)).state).toBe("FAILED");
    expect(saga.world.errors).toEqual(["deadline not passed"]);
  });

  it("sends all that an outage left, in calls of a bounded size", async () => {
    const sizes: number[] = [];
    const send = async (messages: { key: string }[]) => void sizes.push(messages.length);
    const client = await under.connect();
    await client.query(
      `insert into outbox (topic, partition, key, value, claimed_until)
       select 't', 0, n::text, '{}', now() - interval '1 day' from generate_series(1, 1200) n`,
    );
    await client.end();
    await sweep({ ...saga.deps, clock: () => Date.now(), send });
    expect(sizes).toEqual([500, 500, 200]);
  });
});
