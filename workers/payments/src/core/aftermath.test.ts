import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newPayment } from "../use-cases/new-payment.ts";
import { beginRefund, mayTryAgain, readAftermath } from "./aftermath.ts";
import { nextState } from "./machine.ts";
import type { Payment } from "./payment.ts";
import type { Refund } from "./refund.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");
const TAKEN = 5_000;

const captured = (change: Partial<Payment> = {}): Payment => ({
  ...newPayment(
    {
      ...{ bookingId: "bkg_1", userId: "usr_1", organiserId: "usr_2", amount: TAKEN, currency: "EUR" },
      ...{ payBy: new Date(NOW), paymentMethodToken: null },
    },
    NOW,
  ),
  ...{ state: "CAPTURED", capturedAmount: TAKEN, intentId: "pi_1", ...change },
});
const refund = (id: string, change: Partial<Refund> = {}): Refund => ({
  ...{ id, amount: TAKEN, status: "succeeded", failure: null, number: null, ...change },
});
const undone = (change: Partial<Payment> = {}): Payment => {
  const payment = captured();
  return { ...payment, ...beginRefund(payment, 3), state: "REFUNDING", ...change };
};
const read = (payment: Payment, ...refunds: Refund[]) => readAftermath(payment, { refunds, disputes: [] });

describe("reading what became of the money", () => {
  it("asks for a refund of what is left, once", () => {
    expect(read(undone())).toMatchObject({ refund: TAKEN, input: null });
    expect(read(undone(), refund("re_1", { amount: 1_000 }))).toMatchObject({ refund: 4_000 });
    for (const status of ["pending", "succeeded", "failed"] as const) {
      expect(read(undone(), refund("re_1", { number: 3, status }))).toMatchObject({ refund: 0 });
      // A key was given up meanwhile: the refund may have been made with either.
      expect(read(undone({ keyNumber: 4 }), refund("re_1", { number: 3, status }))).toMatchObject({
        refund: 0,
      });
    }
  });

  it("never asks for one that nobody has asked us for", () => {
    for (const state of ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "REFUND_FAILED"] as const) {
      expect(read(captured({ state }))).toMatchObject({ refund: 0 });
    }
  });

  it("takes no refund of an earlier try for the one that is asked for", () => {
    const failed = refund("re_1", { number: 1, status: "failed", failure: "unknown" });
    expect(read(undone(), failed)).toMatchObject({ refund: TAKEN });
  });

  it("waits while one is under way", () => {
    const pending = refund("re_1", { number: 3, status: "pending" });
    expect(read(undone(), pending)).toMatchObject({ input: null, isPending: true });
    expect(read(captured(), refund("re_2", { status: "pending" }))).toMatchObject({
      input: null,
      isPending: true,
    });
  });

  it("says why a refund failed, the last one of ours first", () => {
    const mine = refund("re_2", { number: 3, status: "failed", failure: "lost_or_stolen_card" });
    const other = refund("re_1", { status: "failed", failure: "declined" });
    expect(read(undone(), mine, other)).toMatchObject({
      input: "refund.failed",
      change: { failureReason: "lost_or_stolen_card", refundedAmount: 0 },
    });
  });

  it("tells what others did once, and not while it is undecided", () => {
    const theirs = refund("re_1", { amount: 1_000 });
    expect(read(captured(), theirs).news.refunds).toEqual([theirs]);
    expect(read(captured({ refunds: [theirs] }), theirs).news.refunds).toEqual([]);
    const failed = { ...theirs, status: "failed" } as const;
    expect(read(captured({ refunds: [theirs] }), failed).news.refunds).toEqual([failed]);
    expect(read(captured(), { ...theirs, status: "pending" }).news.refunds).toEqual([]);
    expect(read(undone(), refund("re_2", { number: 3 })).news.refunds).toEqual([]);
  });

  it("tells a dispute once", () => {
    const dispute = { id: "dp_1", amount: TAKEN, currency: "EUR" };
    const seen = { refunds: [], disputes: [dispute] };
    expect(readAftermath(captured(), seen).news.disputes).toEqual([dispute]);
    expect(readAftermath(captured({ disputes: [dispute] }), seen).news.disputes).toEqual([]);
  });

  it("counts nothing taken as given back, to an undo only", () => {
    const nothing = { capturedAmount: 0, amount: 0 };
    expect(read(undone(nothing))).toMatchObject({ refund: 0, input: "refunds.all" });
    expect(read(captured(nothing))).toMatchObject({ refund: 0, input: null });
  });
});

describe("trying again", () => {
  it.each([
    ["insufficient_funds", 1, true],
    ["insufficient_funds", 4, true],
    ["insufficient_funds", 5, false],
    ["expired_or_canceled_card", 1, false],
    ["charge_disputed", 1, false],
  ])("after %s and %i tries: %s", (failureReason, refundTries, expected) => {
    expect(mayTryAgain(undone({ failureReason, refundTries }))).toBe(expected);
  });

  it("is the first time where another's refund failed", () => {
    expect(mayTryAgain(captured({ state: "REFUND_FAILED", failureReason: "declined" }))).toBe(true);
  });
});

/** A Stripe that refunds no more than was taken, loses answers, forgets keys and lets refunds fail later. */
type Move = "undo" | "look" | "crash" | "spend" | "settle" | "fail" | "hand";
const moves = fc.array(fc.constantFrom<Move>("undo", "look", "crash", "spend", "settle", "fail", "hand"), {
  maxLength: 40,
});

describe("any interleaving of undos, looks, crashes, lost answers, failures and refunds by hand", () => {
  it("refunds no more than was taken, one of ours at a time, and ends with all of it back", () => {
    fc.assert(
      fc.property(moves, fc.boolean(), (script, isSlow) => {
        let payment = captured();
        let refunds: Refund[] = [];
        const keys = new Map<number, Refund>();
        const live = () => refunds.filter(({ status }) => status !== "failed");
        const given = () => live().reduce((total, { amount }) => total + amount, 0);
        const make = (amount: number, number: number | null) => {
          if (amount > TAKEN - given() || amount <= 0) return null;
          const made = refund(`re_${refunds.length}`, {
            amount,
            number,
            status: isSlow ? "pending" : "succeeded",
          });
          refunds = [made, ...refunds];
          return made;
        };
        const settle = (status: Refund["status"], failure: string | null) => {
          refunds = refunds.map((each) => (each.status === "pending" ? { ...each, status, failure } : each));
        };
        const look = (keepsAnswer: boolean) => {
          const { refund: amount } = read(payment, ...refunds);
          if (amount > 0) {
            const made = keys.get(payment.keyNumber) ?? make(amount, payment.keyNumber);
            expect(made).not.toBeNull();
            keys.set(payment.keyNumber, made!);
            if (!keepsAnswer) return;
          }
          const { change, input } = read(payment, ...refunds);
          payment = { ...payment, ...change, ...(input && { state: nextState(payment.state, input) }) };
        };
        const undo = () => {
          if (payment.state === "REFUNDING" || (payment.isUndone && payment.state === "REFUNDED")) return;
          if (payment.state === "REFUNDED") payment = { ...payment, isUndone: true };
          else if (payment.state !== "REFUND_FAILED" || mayTryAgain(payment)) {
            const number = payment.keyNumber + (payment.refundTries > 0 ? 1 : 0);
            payment = { ...payment, ...beginRefund(payment, number), state: "REFUNDING" };
          }
        };
        for (const move of script) {
          if (move === "undo") undo();
          if (move === "look") look(true);
          if (move === "crash") look(false);
          if (move === "spend" && payment.state === "REFUNDING") {
            payment = { ...payment, keyNumber: payment.keyNumber + 1 };
          }
          if (move === "settle") settle("succeeded", null);
          if (move === "fail") settle("failed", "insufficient_funds");
          if (move === "hand") make(1_000, null);
          expect(given()).toBeLessThanOrEqual(TAKEN);
          expect(live().filter(({ number }) => number !== null).length).toBeLessThanOrEqual(1);
          if (!payment.isUndone) expect(refunds.every(({ number }) => number === null)).toBe(true);
        }
        // Faults heal; the undo is asked for until it is answered.
        for (let round = 0; round < 3; round++) {
          undo();
          look(true);
          settle("succeeded", null);
          look(true);
        }
        const isGivenUp = payment.state === "REFUND_FAILED" && !mayTryAgain(payment);
        expect(given() === TAKEN || isGivenUp).toBe(true);
        if (given() === TAKEN) expect(payment).toMatchObject({ state: "REFUNDED", refundedAmount: TAKEN });
      }),
      { numRuns: 2_000 },
    );
  });
});
