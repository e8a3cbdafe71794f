import { describe, expect, it } from "vitest";
import { BOOKING_MACHINE, type BookingInput, type BookingState } from "#shared/saga/declaration.ts";
import { envelope, parseEnvelope } from "#shared/saga/envelope.ts";
import { bookingOf, NOW } from "../testing/samples.ts";
import { type Advance, advance } from "./advance.ts";
import type { Booking } from "./booking.ts";
import { deadlineOf, type Signal, signalOf } from "./input.ts";

const LOCK_ENDS = NOW + 300_000;

const ID = "bkg_0193a1b2c3d47e8f9a0b1c2d3e4f5a6b";
const booking = (over: Partial<Booking> = {}) => bookingOf({ id: ID, generalAdmission: [], ...over });

const signal = (input: BookingInput, over: Partial<Signal> = {}): Signal => ({
  bookingId: booking().id,
  eventId: "event",
  input,
  learns: {},
  detail: null,
  ...over,
});

/** The booking as the sweeper finds it: its deadline is over. */
const overdue = (found: Booking): Booking => ({ ...found, deadlineAt: NOW });

function step(from: Booking, input: Signal): Advance {
  const decision = advance(from, [], input, NOW);
  if (decision.kind !== "advance") throw new Error(`${input.input} in ${from.state}: ${decision.kind}`);
  return decision;
}

const topics = (decision: Advance) => decision.emits.map((message) => message.type);

describe("advance", () => {
  it("goes from the lock to CONFIRMED, asking for each step in turn", () => {
    const locked = step(
      booking(),
      signal("seats.locked", { learns: { seatIds: ["a-1", "a-2"] }, lockExpiresAt: LOCK_ENDS }),
    );
    expect(locked.next).toMatchObject({ state: "PAYING", seatIds: ["a-1", "a-2"] });
    expect(locked.emits[0]!.payload).toMatchObject({
      amount: 19_000,
      paymentMethodToken: "pm_card_visa",
      payBy: new Date(LOCK_ENDS - 60_000).toISOString(),
    });
    const paid = step(locked.next, signal("payment.authorised", { learns: { paymentId: "pay_1" } }));
    expect(topics(paid)).toEqual(["seats.confirm"]);
    const reserved = step(paid.next, signal("seats.confirmed"));
    expect(topics(reserved)).toEqual(["payment.capture"]);
    const captured = step(reserved.next, signal("payment.captured"));
    expect(topics(captured)).toEqual(["booking.confirmed"]);
    expect(captured.next).toMatchObject({ state: "CONFIRMED", paymentMethodToken: null, deadlineAt: null });
    expect(captured.tickets.map((ticket) => ticket.placeId)).toEqual(["a-1", "a-2"]);
  });

  it("asks nothing back of a side that never held anything", () => {
    const refused = step(booking(), signal("seats.lock-failed", { detail: "SEATS_TAKEN" }));
    expect(refused.next).toMatchObject({
      state: "FAILED",
      failureReason: "SEATS_UNAVAILABLE",
      seatsClear: true,
    });
    expect(topics(refused)).toEqual(["booking.failed"]);
  });

  it("undoes both sides when the card is declined, and rests once both are clear", () => {
    const paying = booking({ state: "PAYING", seatIds: ["a-1"] });
    const failed = step(paying, signal("payment.declined", { detail: "card_declined" }));
    expect(topics(failed)).toEqual(["seats.release", "booking.failed"]);
    expect(failed.next).toMatchObject({ failureReason: "PAYMENT_FAILED", failureDetail: "card_declined" });
    const halfClear = step(failed.next, signal("seats.released"));
    expect(halfClear.next).toMatchObject({ seatsClear: true, moneyClear: false });
    expect(halfClear.next.deadlineAt).not.toBeNull();
    const reminded = step(overdue(halfClear.next), deadlineOf(halfClear.next));
    expect(topics(reminded)).toEqual(["booking.failed"]);
    const clear = step(reminded.next, signal("payment.voided"));
    expect(clear.next).toMatchObject({ moneyClear: true, deadlineAt: null });
  });

  it("undoes again what arrives late for a booking that has failed", () => {
    const failed = booking({ state: "FAILED", failureReason: "TIMEOUT", seatsClear: true });
    const late = step(failed, signal("payment.authorised", { learns: { paymentId: "pay_1" } }));
    expect(topics(late)).toEqual(["booking.failed"]);
    expect(late.next.state).toBe("FAILED");
  });

  it("keeps the first reason", () => {
    const failed = booking({ state: "FAILED", failureReason: "LOCK_EXPIRED", failureDetail: "EXPIRED" });
    const { next } = step(failed, signal("seats.released", { detail: "RELEASED" }));
    expect(next).toMatchObject({ failureReason: "LOCK_EXPIRED", failureDetail: "EXPIRED" });
  });

  it("re-asks past the pivot instead of failing, with a new id each time", () => {
    const capturing = booking({ state: "CAPTURING", paymentId: "pay_1", seatIds: ["a-1"] });
    const first = step(overdue(capturing), deadlineOf(capturing));
    const second = step(overdue(first.next), deadlineOf(first.next));
    expect(topics(first)).toEqual(["payment.capture"]);
    expect(second.next.state).toBe("CAPTURING");
    expect(first.emits[0]!.id).not.toBe(second.emits[0]!.id);
    expect(second.next.deadlineAt! - NOW).toBeGreaterThan(first.next.deadlineAt! - NOW);
  });

  it("takes a deadline only from a booking whose deadline is over", () => {
    const found = booking({ deadlineAt: NOW });
    const { next } = step(found, signal("seats.locked", { lockExpiresAt: LOCK_ENDS }));
    expect(advance(next, [], deadlineOf(found), NOW)).toEqual({ kind: "ignore" });
    const clear = booking({ state: "FAILED", seatsClear: true, moneyClear: true, deadlineAt: null });
    expect(advance(clear, [], deadlineOf(clear), NOW)).toEqual({ kind: "ignore" });
  });

  it("waits for a payment for as long as the lock lasts, however long that is", () => {
    const waitsFor = (lockMs: number) => {
      const locked = signal("seats.locked", { lockExpiresAt: NOW + lockMs });
      return step(booking(), locked).next.deadlineAt! - NOW;
    };
    expect(waitsFor(65_000)).toBe(95_000);
    expect(waitsFor(3_600_000)).toBe(3_630_000);
    // The lock is over when it is heard of: its end, too, may be heard of late.
    expect(waitsFor(-600_000)).toBe(30_000);
  });

  it("gives the same messages when the same step is run again", () => {
    const paying = booking({ state: "PAYING", seatIds: ["a-1"] });
    const ids = () => step(paying, signal("payment.declined")).emits.map((message) => message.id);
    expect(ids()).toEqual(ids());
  });

  it("emits, from every cell of the machine, messages that their topics' schemas take", () => {
    for (const from of Object.keys(BOOKING_MACHINE) as BookingState[]) {
      for (const input of Object.keys(BOOKING_MACHINE[from]) as BookingInput[]) {
        const start = overdue(booking({ state: from, paymentId: "pay_1", seatIds: ["a-1"] }));
        const decision = advance(start, [], signal(input, { lockExpiresAt: LOCK_ENDS }), NOW);
        if (decision.kind !== "advance") continue;
        for (const message of decision.emits) {
          expect(parseEnvelope(message.type, JSON.stringify(message))).toMatchObject({ ok: true });
        }
      }
    }
  });
});

describe("what a confirmation tells", () => {
  it("is what was booked in words, and the zone in which its date is read", () => {
    const capturing = booking({ state: "CAPTURING", paymentId: "pay_1", seatIds: ["a-1"] });
    const prices = { price: 4_750, fee: 0, tax: 0, discount: 0 };
    const lines = [{ seatId: "a-1", label: "Stalls · A · 1", tier: "Premium", quantity: 1, ...prices }];
    const decision = advance(capturing, lines, signal("payment.captured"), NOW);
    expect(decision).toMatchObject({ kind: "advance" });
    const [message] = (decision as Advance).emits;
    expect(message!.payload).toMatchObject({
      eventTimeZone: "Europe/Vienna",
      lines: [{ label: "Stalls · A · 1", tier: "Premium", quantity: 1, price: 4_750 }],
    });
  });
});

describe("signalOf", () => {
  it("tells an expiry from a release, and an authorisation from a decline", () => {
    const at = { now: NOW, traceparent: "" };
    const released = (cause: "EXPIRED" | "RELEASED") =>
      envelope(
        "seats.released",
        "b",
        { bookingId: "b", eventId: "e", seatIds: [], cause, seq: 1, epoch: 1 },
        at,
      );
    expect(signalOf(released("EXPIRED")).input).toBe("seats.expired");
    expect(signalOf(released("RELEASED")).input).toBe("seats.released");
    const processed = (status: "SUCCESS" | "FAILED") =>
      envelope(
        "payment.processed",
        "b",
        {
          ...{ bookingId: "b", paymentId: "pay_1", status, amount: 1, currency: "EUR" },
          ...{ providerTransactionId: null, failureReason: null },
        },
        at,
      );
    expect(signalOf(processed("SUCCESS")).input).toBe("payment.authorised");
    expect(signalOf(processed("FAILED")).input).toBe("payment.declined");
  });
});
