import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Identity } from "#shared/auth/roles.ts";
import { envelope } from "#shared/saga/envelope.ts";
import type { Booking } from "../../workers/bookings/src/core/booking.ts";
import { handleBatch } from "../../workers/bookings/src/handlers/handle-batch.ts";
import { bookingOf, heard, NOW, SEATS } from "../../workers/bookings/src/testing/samples.ts";
import { applySignals } from "../../workers/bookings/src/use-cases/apply-signals.ts";
import { cancelBooking } from "../../workers/bookings/src/use-cases/cancel-booking.ts";
import { sweep } from "../../workers/bookings/src/use-cases/sweep.ts";
import { type BookingsUnderTest, startBookings } from "./postgres.ts";
import { sagaOver } from "./saga.ts";

const HOUR_MS = 3_600_000;
const AT = { now: NOW, traceparent: "" };
const { userId, userEmail: email, userName: name, eventId } = bookingOf();
const OWNER: Identity = { userId, role: "USER", email, name };

let under: BookingsUnderTest;
let saga: ReturnType<typeof sagaOver>;

beforeAll(async () => {
  under = await startBookings();
}, 60_000);
afterAll(() => under.close());
beforeEach(async () => {
  saga = sagaOver(await under.empty(), under.bookedEvents);
});

const booked = (state: Booking["state"], over: Partial<Booking> = {}) =>
  saga.stored({ state, seatIds: SEATS, paymentId: "pay_1", ...over });
const cancel = (id: string, caller = OWNER) => cancelBooking(saga.deps, caller, id);

describe("a buyer who cancels", () => {
  it.each(["INITIATED", "PAYING"] as const)(
    "a booking that is %s gets nothing back, and nothing stays",
    async (state) => {
      const id = await booked(state);
      expect(await cancel(id)).toMatchObject({ state: "CANCELLED", cancellation: { refundAmount: 0 } });
      expect(saga.toldOf(id)).toEqual(["booking.cancelled"]);
    },
  );

  it("a confirmed booking gets all of it back", async () => {
    const id = await booked("CONFIRMED");
    const { cancellation, totalAmount } = await cancel(id);
    expect(cancellation).toEqual({ because: "BUYER", at: NOW, refundAmount: totalAmount });
    expect(await saga.steps(id)).toContain("cancel CANCELLED");
  });

  it("twice, or ten times at once, has it undone once and answered alike", async () => {
    const id = await booked("CONFIRMED");
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
    answers.push(await cancel(id));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.cancellation))).size).toBe(1);
    expect(saga.toldOf(id)).toEqual(["booking.cancelled"]);
  });

  it.each(["RESERVING", "CAPTURING", "FAILED"] as const)(
    "is refused where the booking is %s",
    async (state) => {
      const id = await booked(state, state === "FAILED" ? { failureReason: "TIMEOUT" } : {});
      await expect(cancel(id)).rejects.toMatchObject({ code: "BOOKING_NOT_CANCELLABLE" });
      expect((await saga.find(id)).state).toBe(state);
      expect(saga.toldOf(id)).toEqual([]);
    },
  );

  it("is refused in the last 24 hours, too, where it is paid between the look and the step", async () => {
    const id = await booked("CONFIRMED", { eventDate: new Date(NOW + HOUR_MS).toISOString() });
    const { bookings } = saga.deps;
    let looks = 0;
    const find = async (wanted: string) => {
      const found = await bookings.find(wanted);
      return found && looks++ === 0 ? { ...found, state: "PAYING" as const } : found;
    };
    const raced = { ...saga.deps, bookings: { ...bookings, find } };
    await expect(cancelBooking(raced, OWNER, id)).rejects.toMatchObject({
      code: "CANCELLATION_WINDOW_EXPIRED",
    });
    expect((await saga.find(id)).state).toBe("CONFIRMED");
    expect(saga.toldOf(id)).toEqual([]);
  });

  it("is refused in the last 24 hours, to the millisecond, unless nothing was paid yet", async () => {
    const eventDate = new Date(NOW + 24 * HOUR_MS - 1).toISOString();
    const paid = await booked("CONFIRMED", { eventDate });
    await expect(cancel(paid)).rejects.toMatchObject({ code: "CANCELLATION_WINDOW_EXPIRED" });
    const inTime = await booked("CONFIRMED", { eventDate: new Date(NOW + 24 * HOUR_MS).toISOString() });
    expect((await cancel(inTime)).state).toBe("CANCELLED");
    expect((await cancel(await booked("PAYING", { eventDate }))).state).toBe("CANCELLED");
  });

  it("finds no booking of another's, whatever their role", async () => {
    const id = await booked("CONFIRMED");
    for (const role of ["USER", "ADMIN"] as const) {
      const stranger = { ...OWNER, userId: "usr_9", role };
      await expect(cancel(id, stranger)).rejects.toMatchObject({ code: "BOOKING_NOT_FOUND" });
    }
    expect((await saga.find(id)).state).toBe("CONFIRMED");
  });
});

describe("a cancelled booking", () => {
  it("is asked to be undone until seats and money are clear, and then no more", async () => {
    const id = await booked("CONFIRMED");
    await cancel(id);
    saga.world.sent.length = 0;
    saga.world.now += 31_000;
    await sweep(saga.deps);
    expect(saga.toldOf(id)).toEqual(["booking.cancelled"]);
    await applySignals(saga.deps, [heard.released(id)]);
    await applySignals(saga.deps, [heard.refunded(id)]);
    expect(await saga.find(id)).toMatchObject({ seatsClear: true, moneyClear: true, deadlineAt: null });
    saga.world.sent.length = 0;
    saga.world.now += 24 * HOUR_MS;
    await sweep(saga.deps);
    expect(saga.world.sent).toEqual([]);
  });

  it("has a late lock, and a late authorisation, undone", async () => {
    const id = await booked("INITIATED");
    await cancel(id);
    saga.world.sent.length = 0;
    await applySignals(saga.deps, [heard.locked(id)]);
    await applySignals(saga.deps, [heard.authorised(id)]);
    expect(saga.toldOf(id)).toEqual(["booking.cancelled", "booking.cancelled"]);
    expect((await saga.find(id)).state).toBe("CANCELLED");
  });

  it("whose refund fails is not done with", async () => {
    const id = await booked("CONFIRMED");
    await cancel(id);
    await applySignals(saga.deps, [heard.refunded(id, "FAILED")]);
    expect(await saga.find(id)).toMatchObject({ moneyClear: false });
    expect(await saga.steps(id)).toContain("payment.refund-failed CANCELLED");
  });
});

describe("an event that is cancelled", () => {
  const hear = () =>
    handleBatch(saga.deps, [
      envelope(
        "event.cancelled",
        eventId,
        {
          eventId,
          organiserId: "usr_2",
          reason: "The singer is ill",
          cancelledAt: new Date(NOW).toISOString(),
        },
        AT,
      ),
    ]);
  const cancelled = async () =>
    (await under.bookedEvents.openCancellations(saga.world.now, "", 10)).map((one) => one.eventId);

  it("has every booking undone: what is paid is refunded, what is pending fails", async () => {
    const paid = await booked("CONFIRMED");
    const paying = await booked("PAYING");
    const asked = await booked("INITIATED", { seatIds: [] });
    const others = await booked("CONFIRMED", { eventId: "evnt_other" });
    expect(await hear()).toEqual([{ kind: "done" }]);
    await sweep(saga.deps);
    expect(await saga.find(paid)).toMatchObject({
      ...{ state: "CANCELLED", cancellation: { because: "EVENT_CANCELLED", refundAmount: 19_000 } },
    });
    for (const id of [paying, asked]) {
      expect(await saga.find(id)).toMatchObject({ state: "FAILED", failureReason: "EVENT_CANCELLED" });
      expect(saga.toldOf(id)).toEqual(["seats.release", "booking.failed"]);
    }
    expect((await saga.find(others)).state).toBe("CONFIRMED");
  });

  it("waits for its map to be closed: until then a booking could slip in", async () => {
    const id = await booked("CONFIRMED");
    saga.world.mapIsClosed = false;
    await hear();
    await sweep(saga.deps);
    expect((await saga.find(id)).state).toBe("CONFIRMED");
    saga.world.mapIsClosed = true;
    saga.world.now += 5_000;
    await sweep(saga.deps);
    expect((await saga.find(id)).state).toBe("CANCELLED");
  });

  it("is undone whatever number of earlier ones wait for their maps", async () => {
    const id = await booked("CONFIRMED", { eventId: "evnt_99" });
    const stuck = Array.from({ length: 60 }, (_, n) => `evnt_${10 + n}`);
    for (const [n, one] of [...stuck, "evnt_99"].entries()) {
      await under.bookedEvents.addCancellation({ eventId: one, reason: "", cancelledAt: NOW + n });
    }
    const inventory = { ...saga.deps.inventory, isClosed: async (one: string) => !stuck.includes(one) };
    await sweep({ ...saga.deps, inventory });
    expect((await saga.find(id)).state).toBe("CANCELLED");
  });

  it("is done with once nothing is left, and waits for what is past the point of return", async () => {
    const id = await booked("CAPTURING", { deadlineAt: NOW + HOUR_MS });
    await hear();
    await sweep(saga.deps);
    expect((await saga.find(id)).state).toBe("CAPTURING");
    saga.world.now += 5_000;
    expect(await cancelled()).toEqual([eventId]);
    await applySignals(saga.deps, [heard.captured(id)]);
    await sweep(saga.deps);
    expect((await saga.find(id)).state).toBe("CANCELLED");
    await sweep(saga.deps);
    expect(await cancelled()).toEqual([]);
  });

  it("has more bookings than a page undone in one sweep, and a repeat changes nothing", async () => {
    const ids = await Promise.all(Array.from({ length: 230 }, () => booked("CONFIRMED")));
    await hear();
    await sweep(saga.deps);
    const states = await Promise.all(ids.map(async (id) => (await saga.find(id)).state));
    expect(new Set(states)).toEqual(new Set(["CANCELLED"]));
    const told = saga.world.sent.length;
    await hear();
    await sweep(saga.deps);
    expect(saga.world.sent.length).toBe(told);
  });

  it("says so to a booking whose lock its closed map refuses", async () => {
    const id = await booked("INITIATED", { seatIds: [] });
    await applySignals(saga.deps, [heard.lockFailed(id, "CLOSED")]);
    expect(await saga.find(id)).toMatchObject({ state: "FAILED", failureReason: "EVENT_CANCELLED" });
  });
});

describe("an event that is changed", () => {
  const hear = (version: number, eventName: string) =>
    handleBatch(saga.deps, [
      envelope(
        "event.updated",
        `${eventId}:${version}`,
        {
          ...{ eventId, version, changed: ["name", "startsAt"], name: eventName, venueName: "Hall" },
          ...{ startsAt: "2027-02-02T18:00:00.000Z", planVersion: 1 },
        },
        AT,
      ),
    ]);

  it("is told to its bookings, and an older change that comes late is not", async () => {
    const id = await booked("CONFIRMED");
    const others = await booked("CONFIRMED", { eventId: "evnt_other" });
    expect(await hear(3, "Third")).toEqual([{ kind: "done" }]);
    await hear(2, "Second");
    const facts = { eventName: "Third", venueName: "Hall", eventDate: "2027-02-02T18:00:00.000Z" };
    expect(await saga.find(id)).toMatchObject({ ...facts, eventVersion: 3 });
    expect(await saga.find(others)).toMatchObject({ eventName: "Opera" });
  });

  it("does not get in the way of a step that was decided before it", async () => {
    const id = await booked("PAYING");
    await hear(2, "Second");
    await applySignals(saga.deps, [heard.authorised(id)]);
    expect(await saga.find(id)).toMatchObject({ state: "RESERVING", eventName: "Second" });
  });
});
