import type { BookingFacts, StepFacts } from "#shared/rpc/audit/bookings.ts";
import type { DecisionFacts } from "#shared/rpc/audit/inventory.ts";
import type { MailFacts } from "#shared/rpc/audit/notifications.ts";
import type { PaymentFacts } from "#shared/rpc/audit/payments.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { type BookingSeen, NOTHING_TOLD } from "../core/audit/facts.ts";

/** When the run began, and when everything in the samples happened: long before. */
export const NOW = Date.parse("2026-12-01T18:00:00Z");
export const BEFORE = NOW - 30 * 60_000;

const TOTAL = 5_000;
const SEATS = ["a", "b"];

type Step = [step: string, state: BookingState];

export const stepsOf = (steps: Step[]): StepFacts[] =>
  steps.map(([step, state]) => ({ at: BEFORE, step, state }));

export const TO_CONFIRMED: Step[] = [
  ["booking.initiated", "INITIATED"],
  ["seats.locked", "PAYING"],
  ["payment.authorised", "RESERVING"],
  ["seats.confirmed", "CAPTURING"],
  ["payment.captured", "CONFIRMED"],
];

export const TO_FAILED: Step[] = [
  ["booking.initiated", "INITIATED"],
  ["seats.locked", "PAYING"],
  ["payment.declined", "FAILED"],
  ["deadline", "FAILED"],
  ["deadline", "FAILED"],
  ["seats.released", "FAILED"],
  ["payment.voided", "FAILED"],
];

export const TO_CANCELLED: Step[] = [
  ...TO_CONFIRMED,
  ["cancel", "CANCELLED"],
  ["seats.released", "CANCELLED"],
  ["payment.refunded", "CANCELLED"],
];

const BOOKING: BookingFacts = {
  ...{ id: "bkg_1", userId: "usr_1", eventId: "evnt_1", state: "CONFIRMED", currency: "EUR" },
  ...{ requestedSeatIds: SEATS, requestedPlaces: 0, seatIds: SEATS, totalAmount: TOTAL, refundAmount: null },
  ...{ seatsClear: false, moneyClear: false, deadlineAt: null, createdAt: BEFORE, updatedAt: BEFORE },
  ...{ steps: stepsOf(TO_CONFIRMED), ticketPlaces: ["b", "a"] },
  ...{ unsent: 0, unsentSince: null, stepsWithoutEvent: 0 },
};

const PAYMENT: PaymentFacts = {
  ...{ id: "pay_1", bookingId: "bkg_1", state: "CAPTURED", isAtRest: true, isTombstone: false },
  ...{ amount: TOTAL, capturedAmount: TOTAL, refundedAmount: 0, intentId: "pi_1", isUndone: false },
  ...{ refundIds: [], unsent: 0, unsentSince: null, checkAt: null, updatedAt: BEFORE, difference: null },
  stripe: { status: "succeeded", received: TOTAL, refunded: 0 },
};

const DECISION: DecisionFacts = {
  ...{ ownerId: "bkg_1", kind: "booking", status: "RESERVED", seatIds: SEATS, position: 0, held: 2 },
  lockExpiresAt: BEFORE + 300_000,
};

export const mail = (kind: string, refundId: string | null = null): MailFacts => ({
  ...{ id: `notif_${kind}`, bookingId: "bkg_1", kind, state: "SENT", refundId },
  ...{ attempts: 1, createdAt: BEFORE },
});

/** A booking that every store has alike, with some of it changed. */
export interface Changes {
  booking?: Partial<BookingFacts>;
  payment?: Partial<PaymentFacts> | null;
  decision?: Partial<DecisionFacts> | null;
  mails?: MailFacts[];
  told?: Partial<BookingSeen["told"]>;
}

function changed(whole: BookingSeen, { booking, payment, decision, mails, told }: Changes): BookingSeen {
  return {
    booking: { ...whole.booking, ...booking },
    payment: payment === null || !whole.payment ? null : { ...whole.payment, ...payment },
    decision: decision === null || !whole.decision ? null : { ...whole.decision, ...decision },
    mails: mails ?? whole.mails,
    told: { ...whole.told, ...told },
  };
}

export const confirmed = (changes: Changes = {}): BookingSeen =>
  changed(
    {
      ...{ booking: BOOKING, payment: PAYMENT, decision: DECISION, mails: [mail("booking-confirmed")] },
      told: { ...NOTHING_TOLD, CONFIRMED: 1 },
    },
    changes,
  );

/** Its card was declined. */
export const failed = (changes: Changes = {}): BookingSeen =>
  changed(
    confirmed({
      booking: {
        ...{ state: "FAILED", seatsClear: true, moneyClear: true, ticketPlaces: [] },
        steps: stepsOf(TO_FAILED),
      },
      payment: {
        ...{ state: "FAILED", capturedAmount: 0, stripe: { status: "canceled", received: 0, refunded: 0 } },
      },
      decision: { status: "RELEASED", held: 0 },
      mails: [mail("booking-failed")],
      told: { CONFIRMED: 0, FAILED: 3 },
    }),
    changes,
  );

/** Its buyer gave it back. */
export const cancelled = (changes: Changes = {}): BookingSeen =>
  changed(
    confirmed({
      booking: {
        ...{ state: "CANCELLED", seatsClear: true, moneyClear: true, refundAmount: TOTAL },
        steps: stepsOf(TO_CANCELLED),
      },
      payment: {
        ...{ state: "REFUNDED", refundedAmount: TOTAL, isUndone: true, refundIds: ["re_1"] },
        stripe: { status: "succeeded", received: TOTAL, refunded: TOTAL },
      },
      decision: { status: "RELEASED", held: 0 },
      mails: [mail("booking-confirmed"), mail("booking-cancelled"), mail("refunded", "re_1")],
      told: { CONFIRMED: 1, CANCELLED: 1 },
    }),
    changes,
  );

/** Its seats are locked and its buyer pays. */
export const paying = (changes: Changes = {}): BookingSeen =>
  changed(
    confirmed({
      booking: {
        ...{ state: "PAYING", seatIds: SEATS, deadlineAt: NOW + 60_000, ticketPlaces: [] },
        ...{ createdAt: NOW - 60_000, updatedAt: NOW - 60_000, steps: stepsOf(TO_CONFIRMED.slice(0, 2)) },
      },
      payment: {
        ...{ state: "AUTHORISED", capturedAmount: 0 },
        stripe: { status: "requires_capture", received: 0, refunded: 0 },
      },
      decision: { status: "LOCKED", lockExpiresAt: NOW + 60_000 },
      mails: [],
      told: { CONFIRMED: 0 },
    }),
    changes,
  );
