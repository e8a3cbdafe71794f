import { describe, expect, it } from "vitest";
import { disagreements } from "./agreement.ts";
import type { Observation, ObservedBooking } from "./observation.ts";

const CONFIRMED: ObservedBooking = {
  id: "bkg_1",
  eventId: "evnt_1",
  state: "CONFIRMED",
  seatsClear: false,
  moneyClear: false,
  requestedSeatIds: ["a", "b"],
  seatIds: ["a", "b"],
  total: 5_000,
  steps: ["booking.initiated", "seats.locked", "payment.authorised", "seats.confirmed", "payment.captured"],
  ticketPlaces: ["b", "a"],
  api: { status: "CONFIRMED", totalAmount: 5_000 },
  payment: { status: "CAPTURED", capturedAmount: 5_000, intentId: "pi_1" },
};

const FAILED: ObservedBooking = {
  ...CONFIRMED,
  id: "bkg_2",
  state: "FAILED",
  seatsClear: true,
  moneyClear: true,
  requestedSeatIds: ["c"],
  seatIds: ["c"],
  steps: ["booking.initiated", "seats.locked", "payment.declined", "deadline", "deadline", "seats.released"],
  ticketPlaces: [],
  api: { status: "FAILED", totalAmount: 5_000 },
  payment: { status: "FAILED", capturedAmount: 0, intentId: "pi_2" },
};

/** A platform in which all agree, with some of it changed. */
function observed(change: Partial<Observation> = {}): Observation {
  const bookings = change.bookings ?? [CONFIRMED, FAILED];
  return {
    bookings,
    accepted: ["bkg_1", "bkg_2"],
    intents: [
      { id: "pi_1", bookingId: "bkg_1", status: "succeeded", received: 5_000, kept: 5_000 },
      { id: "pi_2", bookingId: "bkg_2", status: "canceled", received: 0, kept: 0 },
    ],
    seatMaps: seatMap({}),
    unsent: 0,
    inbox: bookings.flatMap(({ steps }) => steps.slice(1)).length,
    deadLetters: [],
    confirmedTold: new Set(["bkg_1"]),
    failedTold: new Set(["bkg_2"]),
    cancelledTold: new Set(),
    ...change,
  };
}

const seatMap = (changed: Record<string, string>): Observation["seatMaps"] =>
  new Map([
    ["evnt_1", new Map(Object.entries({ a: "RESERVED", b: "RESERVED", c: "AVAILABLE", ...changed }))],
  ]);

const intent = (bookingId: string, status: string, received: number) => ({
  ...{ id: "pi_9", bookingId, status, received, kept: received },
});

const confirmedBut = (change: Partial<ObservedBooking>) => ({
  bookings: [{ ...CONFIRMED, ...change }, FAILED],
});
const failedBut = (change: Partial<ObservedBooking>) => ({ bookings: [CONFIRMED, { ...FAILED, ...change }] });
const withIntent = (...args: Parameters<typeof intent>) => ({
  intents: [...observed().intents, intent(...args)],
});

/** Each contradiction, planted alone, and what has to be said of it. */
const PLANTED: [what: string, planted: Partial<Observation>, said: RegExp][] = [
  [
    "a booking that has not ended",
    failedBut({ state: "PAYING", api: { status: "PENDING", totalAmount: 5_000 } }),
    /still PAYING/,
  ],
  [
    "an API that says otherwise",
    confirmedBut({ api: { status: "FAILED", totalAmount: 5_000 } }),
    /API says FAILED/,
  ],
  [
    "an API with another total",
    confirmedBut({ api: { status: "CONFIRMED", totalAmount: 1 } }),
    /API says 1, its row 5000/,
  ],
  [
    "an event with its effect twice",
    confirmedBut({ steps: [...CONFIRMED.steps, "payment.captured"] }),
    /payment.captured had its effect twice/,
  ],
  ["a step that was left out", confirmedBut({ steps: CONFIRMED.steps.slice(0, -1) }), /by way of/],
  ["a promise that was forgotten", { accepted: ["bkg_1", "bkg_2", "bkg_3"] }, /bkg_3: was accepted/],
  ["a booking charged twice", withIntent("bkg_1", "succeeded", 5_000), /2 intents were captured/],
  ["a booking not charged", { intents: [] }, /0 intents were captured/],
  ["too little captured", { intents: [{ ...observed().intents[0]!, received: 4_000 }] }, /4000 was captured/],
  [
    "a second authorisation",
    withIntent("bkg_1", "requires_capture", 0),
    /bkg_1: Stripe's intent pi_9 is requires_capture/,
  ],
  [
    "a failed booking charged",
    withIntent("bkg_2", "succeeded", 5_000),
    /bkg_2: FAILED, but 5000 of Stripe's intent pi_9 is kept/,
  ],
  [
    "a failed booking with money held",
    withIntent("bkg_2", "requires_capture", 0),
    /bkg_2: .* is requires_capture/,
  ],
  ["money for nobody", withIntent("bkg_7", "succeeded", 100), /for bkg_7, which is not there/],
  ["a confirmed booking without a payment", confirmedBut({ payment: null }), /its payment is undefined/],
  [
    "a payment that does not know of its capture",
    confirmedBut({ payment: { status: "AUTHORISED", capturedAmount: 0, intentId: "pi_1" } }),
    /its payment is AUTHORISED/,
  ],
  [
    "a payment of another intent",
    confirmedBut({ payment: { status: "CAPTURED", capturedAmount: 5_000, intentId: "pi_8" } }),
    /its payment is not pi_1/,
  ],
  [
    "a failed booking whose payment stands",
    failedBut({ payment: { status: "AUTHORISED", capturedAmount: 0, intentId: "pi_2" } }),
    /its payment is AUTHORISED/,
  ],
  ["seats that are not clear", failedBut({ seatsClear: false }), /its seats are not clear/],
  ["money that is not clear", failedBut({ moneyClear: false }), /its money is not clear/],
  ["a place without a ticket", confirmedBut({ ticketPlaces: ["a"] }), /tickets for a/],
  ["two tickets for a place", confirmedBut({ ticketPlaces: ["a", "a"] }), /tickets for a,a/],
  ["a ticket of a failed booking", failedBut({ ticketPlaces: ["c"] }), /has tickets for c/],
  [
    "other seats than were asked for",
    confirmedBut({ requestedSeatIds: ["a", "c"] }),
    /asked for a,c, got a,b/,
  ],
  [
    "a seat sold twice",
    {
      bookings: [CONFIRMED, { ...CONFIRMED, id: "bkg_2" }],
      confirmedTold: new Set(["bkg_1", "bkg_2"]),
    },
    /seat a was sold to bkg_1 and bkg_2/,
  ],
  ["a sold seat that is free", { seatMaps: seatMap({ a: "AVAILABLE" }) }, /seat a of bkg_1 is AVAILABLE/],
  [
    "a failed booking's seat still locked",
    { seatMaps: seatMap({ c: "LOCKED" }) },
    /seat c is LOCKED without an owner \(asked for by bkg_2 FAILED\)/,
  ],
  ["a seat reserved for nobody", { seatMaps: seatMap({ d: "RESERVED" }) }, /seat d is RESERVED .* nobody/],
  ["a message that was not sent", { unsent: 2 }, /2 messages were never sent/],
  ["an effect without its event", { inbox: 8 }, /9 steps followed from 8 events/],
  ["a dead letter", { deadLetters: ["ticketflow.seats.locked.DLT bkg_1: no"] }, /a dead letter: ticketflow/],
  ["an end that nobody was told", { confirmedTold: new Set() }, /bkg_1: is CONFIRMED, and nobody was told/],
  [
    "two ends told",
    { failedTold: new Set(["bkg_1", "bkg_2"]) },
    /is CONFIRMED, and others were told that it is FAILED/,
  ],
];

describe("the agreement of all stores", () => {
  it("says nothing when they agree", () => {
    expect(disagreements(observed())).toEqual([]);
  });

  it.each(PLANTED)("finds %s", (_what, planted, said) => {
    expect(disagreements(observed(planted)).join("\n")).toMatch(said);
  });
});
