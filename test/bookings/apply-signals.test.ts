import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { DONE } from "#shared/saga/handlers.ts";
import { deadlineOf, type Signal } from "../../workers/bookings/src/core/input.ts";
import type { Bookings } from "../../workers/bookings/src/repositories/bookings.ts";
import { heard, NOW, SEATS } from "../../workers/bookings/src/testing/samples.ts";
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

const hear = (...signals: Signal[]) => applySignals(saga.deps, signals);
/** The repository, but something happens between the first look at bookings and the step. */
const interrupted = (happens: () => Promise<unknown>): Bookings => {
  let isOver = false;
  return {
    ...under.bookings,
    async read(signals) {
      const found = await under.bookings.read(signals);
      if (!isOver) {
        isOver = true;
        await happens();
      }
      return found;
    },
  };
};

describe("signals", () => {
  it("take a booking from the lock to its tickets, asking for each step in turn", async () => {
    const id = await saga.stored();
    for (const next of [heard.locked, heard.authorised, heard.confirmed, heard.captured]) {
      expect(await hear(next(id))).toEqual([DONE]);
    }
    expect(saga.toldOf(id)).toEqual([
      "payment.requested",
      "seats.confirm",
      "payment.capture",
      "booking.confirmed",
    ]);
    expect(await saga.steps(id)).toEqual([
      "booking.initiated INITIATED",
      "seats.locked PAYING",
      "payment.authorised RESERVING",
      "seats.confirmed CAPTURING",
      "payment.captured CONFIRMED",
    ]);
    const tickets = (await under.bookings.tickets([id])).get(id)!;
    expect(tickets.map(({ placeId }) => placeId)).toEqual(SEATS);
    expect(await under.bookings.claimUnsent(NOW + 3_600_000, 10)).toEqual([]);
  });

  it("that come early wait, leave nothing behind, and have their effect later", async () => {
    const id = await saga.stored();
    expect(await hear(heard.released(id, "EXPIRED"))).toMatchObject([{ kind: "early" }]);
    expect(await hear(heard.locked("bkg_unknown"))).toMatchObject([{ kind: "early" }]);
    expect(saga.world.sent).toEqual([]);
    await hear(heard.locked(id));
    expect(await hear(heard.released(id, "EXPIRED"))).toEqual([DONE]);
    expect(await saga.find(id)).toMatchObject({ state: "FAILED", failureReason: "LOCK_EXPIRED" });
  });

  it("that come twice, in a row or at once, have their effect once", async () => {
    const id = await saga.stored();
    const all = await Promise.all(Array.from({ length: 5 }, () => hear(heard.locked(id))));
    expect(all.flat()).toEqual([DONE, DONE, DONE, DONE, DONE]);
    expect(await hear(heard.locked(id))).toEqual([DONE]);
    expect(saga.toldOf(id)).toEqual(["payment.requested"]);
    expect(await saga.steps(id)).toHaveLength(2);
  });

  it("that come again for a booking that rests are known, and wait for nothing", async () => {
    const id = await saga.stored({ state: "FAILED", failureReason: "TIMEOUT" });
    await hear(heard.released(id));
    expect(await hear(heard.released(id), heard.locked("bkg_unknown"))).toMatchObject([
      DONE,
      { kind: "early" },
    ]);
    expect(await saga.steps(id)).toHaveLength(2);
  });

  it("that come late for a failed booking have what they tell of undone", async () => {
    const id = await saga.stored();
    await hear(heard.locked(id));
    await hear(heard.declined(id));
    await hear(heard.released(id));
    saga.world.sent.length = 0;
    // The card was charged after all, while the decline was under way.
    await hear({ ...heard.authorised(id), eventId: "a late success" });
    expect(saga.toldOf(id)).toEqual(["booking.failed"]);
    await hear(heard.voided(id));
    expect(await saga.find(id)).toMatchObject({ seatsClear: true, moneyClear: true, deadlineAt: null });
  });

  it("of many bookings in one batch each have their own effect", async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => saga.stored()));
    const signals = ids.map((id, n) => (n % 2 ? heard.locked(id) : heard.lockFailed(id)));
    expect(await hear(...signals)).toEqual(ids.map(() => DONE));
    for (const [n, id] of ids.entries()) {
      expect(saga.toldOf(id)).toEqual([n % 2 ? "payment.requested" : "booking.failed"]);
    }
  });
});

describe("a booking that moves while a step is decided", () => {
  it("is looked at again: the decision is made on what it has become", async () => {
    const id = await saga.stored();
    await hear(heard.locked(id));
    const bookings = interrupted(() => hear(heard.released(id, "EXPIRED")));
    const outcomes = await applySignals({ ...saga.deps, bookings }, [heard.authorised(id)]);
    expect(outcomes).toEqual([DONE]);
    // The lock ended while the card was charged: no seat is confirmed, and the money is given back.
    expect(await saga.find(id)).toMatchObject({ state: "FAILED", failureReason: "LOCK_EXPIRED" });
    expect(saga.toldOf(id)).toEqual([
      "payment.requested",
      "seats.release",
      "booking.failed",
      "booking.failed",
    ]);
    expect(new Set(idsOf(saga.world.sent)).size).toBe(4);
  });

  it("is not failed by a deadline that it had when the sweeper found it", async () => {
    const id = await saga.stored({ deadlineAt: NOW - 1 });
    const found = await saga.find(id);
    const bookings = interrupted(() => hear(heard.locked(id)));
    await applySignals({ ...saga.deps, bookings }, [deadlineOf(found)]);
    expect((await saga.find(id)).state).toBe("PAYING");
    expect(saga.toldOf(id)).toEqual(["payment.requested"]);
  });

  it("keeps what both told it, in whichever order they are written", async () => {
    const id = await saga.stored({ state: "FAILED", failureReason: "TIMEOUT", deadlineAt: NOW - 1 });
    const found = await saga.find(id);
    const bookings = interrupted(() => applySignals(saga.deps, [deadlineOf(found)]));
    await applySignals({ ...saga.deps, bookings }, [heard.released(id)]);
    const after = await saga.find(id);
    expect(after).toMatchObject({ seatsClear: true, deadlinesPassed: 1 });
    expect(after.deadlineAt).toBeGreaterThan(NOW);
  });

  it("is left for later when it never rests", async () => {
    const id = await saga.stored();
    const never: Bookings = { ...under.bookings, apply: async () => new Map() };
    const outcomes = await applySignals({ ...saga.deps, bookings: never }, [heard.locked(id)]);
    expect(outcomes).toMatchObject([{ kind: "early" }]);
  });
});

describe("a crash", () => {
  it("between a step and its messages: the redelivery adds nothing, the sweeper sends them", async () => {
    const id = await saga.stored();
    saga.world.kafkaIsDown = new Unavailable("kafka");
    await expect(hear(heard.locked(id))).rejects.toThrow(Unavailable);
    expect((await saga.find(id)).state).toBe("PAYING");

    saga.world.kafkaIsDown = null;
    expect(await hear(heard.locked(id))).toEqual([DONE]);
    await sweep(saga.deps);
    expect(saga.world.sent).toEqual([]);
    saga.world.now += 11_000;
    await sweep(saga.deps);
    await sweep(saga.deps);
    expect(idsOf(saga.world.sent)).toEqual([`payment.requested:${id}`]);
    expect(await saga.steps(id)).toHaveLength(2);
  });

  it("between sending and forgetting: the same message is sent again, word for word", async () => {
    const id = await saga.stored();
    const bookings: Bookings = { ...under.bookings, sent: () => Promise.reject(new Unavailable("postgres")) };
    await expect(applySignals({ ...saga.deps, bookings }, [heard.locked(id)])).rejects.toThrow(Unavailable);
    saga.world.now += 11_000;
    await sweep(saga.deps);
    const [first, second, ...more] = saga.world.sent;
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });
});
