import { describe, expect, it } from "vitest";
import {
  BEFORE,
  cancelled,
  confirmed,
  failed,
  mail,
  NOW,
  paying,
  stepsOf,
  TO_CANCELLED,
  TO_CONFIRMED,
  TO_FAILED,
} from "../../testing/bookings-seen.ts";
import { checkBooking, foundTwice } from "./checks.ts";
import type { BookingSeen } from "./facts.ts";
import { UNDONE_AFTER_MS } from "./under-way.ts";

const said = (seen: BookingSeen) => checkBooking(seen, NOW).map(({ check, mend }) => ({ check, mend }));
const NEW = NOW - 1_000;
const OPEN = { status: "requires_capture", received: 0, refunded: 0 };
const TAKEN = { status: "succeeded", received: 5_000, refunded: 0 };

describe("the audit of a booking says nothing", () => {
  const tombstone = { isTombstone: true, amount: 0, intentId: null, state: "VOIDED", stripe: null };
  const refused = stepsOf([
    ["booking.initiated", "INITIATED"],
    ["seats.lock-failed", "FAILED"],
    ["payment.voided", "FAILED"],
  ]);
  const free = { amount: 0, capturedAmount: 0, intentId: null, stripe: null };
  const places = ["ga:F:1", "ga:F:2"];
  const inArea = {
    booking: { requestedSeatIds: [], requestedPlaces: 2, seatIds: places, ticketPlaces: places },
    decision: { seatIds: places },
  };
  const UNDOING = { seatsClear: false, moneyClear: false, deadlineAt: NOW, updatedAt: NEW };
  const justFailed = stepsOf(TO_FAILED).map((step) => ({ ...step, at: NEW }));
  const justCancelled = stepsOf(TO_CANCELLED.slice(0, -1)).map((step) => ({ ...step, at: NEW }));
  const partly = { state: "PARTIALLY_REFUNDED", refundedAmount: 100, refundIds: ["re_1"] };

  it.each<[string, BookingSeen]>([
    ["where all agree that it is confirmed", confirmed()],
    ["where all agree that it failed", failed()],
    ["where all agree that it was given back", cancelled()],
    ["while its buyer pays", paying()],
    [
      "where its seats were taken",
      failed({
        booking: { seatIds: [], steps: refused },
        payment: tombstone,
        decision: { status: "REFUSED", seatIds: [] },
      }),
    ],
    ["where there was nothing to pay", confirmed({ booking: { totalAmount: 0 }, payment: free })],
    [
      "where somebody gave part of it back at Stripe",
      confirmed({ payment: { ...partly, stripe: { ...TAKEN, refunded: 100 } } }),
    ],
    ["where places of an area were asked for", confirmed(inArea)],
    [
      "while its undo is under way",
      failed({
        booking: { ...UNDOING, steps: justFailed },
        payment: { state: "AUTHORISED", stripe: OPEN },
        decision: { status: "LOCKED", held: 2 },
      }),
    ],
    [
      "while its refund is under way",
      cancelled({
        booking: { ...UNDOING, seatsClear: true, steps: justCancelled },
        payment: { state: "REFUNDING", refundedAmount: 0, refundIds: [], stripe: TAKEN },
        mails: [mail("booking-confirmed"), mail("booking-cancelled")],
      }),
    ],
    [
      "while nobody can have been told or written to yet",
      confirmed({ booking: { updatedAt: NEW }, mails: [], told: { CONFIRMED: 0 } }),
    ],
    [
      "while a message of it is being sent",
      confirmed({
        booking: { unsent: 1, unsentSince: NEW },
        payment: { unsent: 1, unsentSince: NEW },
        told: { CONFIRMED: 0 },
      }),
    ],
  ])("%s", (_what, seen) => {
    expect(said(seen)).toEqual([]);
  });
});

/** Each contradiction, planted alone, and what is found. */
const PLANTED: [what: string, seen: BookingSeen, check: string, mend?: string][] = [
  ["no decision of its SeatMap", confirmed({ decision: null }), "confirmed-without-seats"],
  [
    "seats that were freed",
    confirmed({ decision: { status: "RELEASED", held: 0 } }),
    "confirmed-without-seats",
  ],
  ["seats that are only locked", confirmed({ decision: { status: "LOCKED" } }), "confirmed-without-seats"],
  ["other seats than its SeatMap's", confirmed({ decision: { seatIds: ["a"] } }), "confirmed-without-seats"],
  ["a seat in other hands", confirmed({ decision: { held: 1 } }), "confirmed-without-seats"],
  [
    "a lock of a booking that failed",
    failed({ decision: { status: "LOCKED", held: 2 } }),
    "seats-for-ended-booking",
  ],
  [
    "seats of a booking that was given back",
    cancelled({ decision: { status: "RESERVED", held: 2 } }),
    "seats-for-ended-booking",
  ],
  [
    "other seats than were asked for",
    confirmed({ booking: { requestedSeatIds: ["a", "c"] } }),
    "seats-not-as-asked",
  ],
  ["fewer places of an area", confirmed({ booking: { requestedPlaces: 1 } }), "seats-not-as-asked"],
  [
    "money of a booking that failed",
    failed({ payment: { state: "CAPTURED", capturedAmount: 5_000, stripe: TAKEN } }),
    "charge-without-seats",
  ],
  [
    "money that is taken before the seats are reserved",
    paying({ payment: { stripe: TAKEN } }),
    "charge-without-seats",
  ],
  [
    "money that payments alone knows of",
    failed({ payment: { capturedAmount: 5_000, stripe: null } }),
    "charge-without-seats",
  ],
  ["no payment", confirmed({ payment: null }), "seats-without-charge"],
  [
    "a payment that was not captured",
    confirmed({ payment: { state: "AUTHORISED" } }),
    "seats-without-charge",
  ],
  ["too little captured", confirmed({ payment: { capturedAmount: 4_000 } }), "seats-without-charge"],
  [
    "too little taken at Stripe",
    confirmed({ payment: { stripe: { ...TAKEN, received: 4_000 } } }),
    "seats-without-charge",
  ],
  ["an intent that took nothing", confirmed({ payment: { stripe: OPEN } }), "seats-without-charge"],
  ["no intent", confirmed({ payment: { stripe: null } }), "seats-without-charge"],
  [
    "a payment that was undone",
    confirmed({ payment: { isUndone: true, state: "REFUNDED", refundedAmount: 5_000 } }),
    "seats-without-charge",
  ],
  [
    "an authorisation of a booking that failed",
    failed({ payment: { stripe: OPEN } }),
    "authorisation-not-needed",
    "cancel-authorisation",
  ],
  [
    "an intent that a failed booking's buyer can still pay",
    failed({ payment: { stripe: { ...OPEN, status: "requires_action" } } }),
    "authorisation-not-needed",
    "cancel-authorisation",
  ],
  [
    "an intent that payments believes to be gone",
    confirmed({
      payment: { difference: { bookingId: "bkg_1", objectId: "pi_2", mend: "cancel", detail: "open" } },
    }),
    "authorisation-not-needed",
    "cancel-authorisation",
  ],
  [
    "a refund that Stripe does not have",
    cancelled({ payment: { stripe: TAKEN, refundedAmount: 0 } }),
    "refund-incomplete",
    "look",
  ],
  [
    "a refund that payments does not know",
    cancelled({ payment: { refundedAmount: 0 } }),
    "refund-incomplete",
    "look",
  ],
  [
    "another word of Stripe's",
    confirmed({
      payment: { difference: { bookingId: "bkg_1", objectId: "pi_1", mend: "person", detail: "taken" } },
    }),
    "stripe-differs",
  ],
  [
    "a word of Stripe's that was missed",
    confirmed({
      payment: { difference: { bookingId: "bkg_1", objectId: "pi_1", mend: "look", detail: "refunded" } },
    }),
    "stripe-differs",
    "look",
  ],
  ["a payment of another amount", confirmed({ payment: { amount: 4_999 } }), "payment-of-another-amount"],
  [
    "a deadline that nobody passed",
    paying({ booking: { deadlineAt: NOW - 120_000 } }),
    "pending-past-deadline",
  ],
  [
    "no deadline at all",
    paying({ booking: { deadlineAt: null, updatedAt: BEFORE } }),
    "pending-past-deadline",
  ],
  ["hours of asking again", paying({ booking: { createdAt: NOW - 2 * 3_600_000 } }), "pending-past-deadline"],
  [
    "an undo that nobody answers",
    failed({ booking: { moneyClear: false, deadlineAt: NOW } }),
    "undo-unfinished",
    "look",
  ],
  [
    "an undo that nobody asks for again",
    failed({ booking: { seatsClear: false, steps: endedAgo(UNDONE_AFTER_MS / 2) } }),
    "undo-unfinished",
    "look",
  ],
  [
    "a timeline that leads elsewhere",
    confirmed({ booking: { steps: stepsOf(TO_CONFIRMED.slice(0, -1)) } }),
    "timeline-contradicts-state",
  ],
  ["a step that cannot be", confirmed({ booking: { steps: without(2) } }), "timeline-contradicts-state"],
  [
    "a timeline without a beginning",
    confirmed({ booking: { steps: without(0) } }),
    "timeline-contradicts-state",
  ],
  [
    "a step that the declaration does not know",
    failed({ booking: { steps: stepsOf([...TO_FAILED, ["seats.vanished", "FAILED"]]) } }),
    "timeline-contradicts-state",
  ],
  [
    "an effect that came twice",
    failed({ booking: { steps: stepsOf([...TO_FAILED, ["payment.voided", "FAILED"]]) } }),
    "effect-twice",
  ],
  ["a step without its event", confirmed({ booking: { stepsWithoutEvent: 1 } }), "step-without-event"],
  ["a place without a ticket", confirmed({ booking: { ticketPlaces: ["a"] } }), "tickets-differ-from-seats"],
  [
    "two tickets for a place",
    confirmed({ booking: { ticketPlaces: ["a", "a"] } }),
    "tickets-differ-from-seats",
  ],
  ["a ticket of a failed booking", failed({ booking: { ticketPlaces: ["a"] } }), "tickets-differ-from-seats"],
  [
    "a message that was not sent",
    confirmed({ booking: { unsent: 1, unsentSince: BEFORE } }),
    "unsent-message",
    "outbox",
  ],
  [
    "a message of its payment that was not sent",
    confirmed({ payment: { unsent: 1, unsentSince: BEFORE } }),
    "unsent-message",
    "outbox",
  ],
  ["an end that nobody was told", confirmed({ told: { CONFIRMED: 0 } }), "nobody-told"],
  ["another end that was told", confirmed({ told: { FAILED: 1 } }), "told-otherwise"],
  ["an end told before there is one", paying({ told: { CONFIRMED: 1 } }), "told-otherwise"],
  ["no mail", confirmed({ mails: [] }), "mail-lost"],
  ["a mail of another kind alone", failed({ mails: [mail("booking-confirmed")] }), "mail-lost"],
  [
    "no mail of a refund",
    cancelled({ mails: [mail("booking-confirmed"), mail("booking-cancelled")] }),
    "mail-lost",
  ],
  [
    "two mails of one kind",
    confirmed({ mails: [mail("booking-confirmed"), mail("booking-confirmed")] }),
    "mail-doubled",
  ],
  [
    "a mail that its server refused",
    confirmed({ mails: [{ ...mail("booking-confirmed"), state: "FAILED" }] }),
    "mail-not-sent",
  ],
  [
    "a mail that waits for hours",
    confirmed({
      mails: [{ ...mail("booking-confirmed"), state: "PENDING", createdAt: NOW - 2 * 3_600_000 }],
    }),
    "mail-not-sent",
  ],
];

function endedAgo(ms: number) {
  return stepsOf(TO_FAILED).map((step) => ({ ...step, at: NOW - ms }));
}

function without(index: number) {
  return stepsOf(TO_CONFIRMED).filter((_, n) => n !== index);
}

describe("the audit of a booking finds", () => {
  it("that a refund takes days, and not that it is a wrong charge", () => {
    const payment = { state: "REFUNDING", refundedAmount: 0, refundIds: [], stripe: TAKEN };
    const seen = cancelled({ booking: { moneyClear: false, deadlineAt: NOW }, payment });
    expect(said(seen)).toEqual([{ check: "undo-unfinished", mend: "look" }]);
  });

  it.each(PLANTED)("%s", (_what, seen, check, mend) => {
    expect(said(seen)).toEqual([{ check, mend: mend ?? null }]);
  });

  it("a booking by its name, and says what both sides are", () => {
    const seen = confirmed({ decision: { status: "RELEASED", held: 0 } });
    expect(checkBooking(seen, NOW)).toEqual([
      {
        ...{ check: "confirmed-without-seats", bookingId: "bkg_1", eventId: "evnt_1", mend: null },
        ...{ detail: "CONFIRMED, and its seats are RELEASED", subject: "bkg_1" },
      },
    ]);
  });

  it("only what is found again at a second look, as it is then", () => {
    const first = checkBooking(confirmed({ decision: null, mails: [] }), NOW);
    const second = checkBooking(
      confirmed({ decision: { status: "LOCKED" }, payment: null, told: { FAILED: 1 } }),
      NOW,
    );
    expect(second).toHaveLength(3);
    expect(foundTwice(first, second).map(({ detail }) => detail)).toEqual([
      "CONFIRMED, and its seats are LOCKED",
    ]);
    expect(foundTwice(first, [])).toEqual([]);
  });
});
