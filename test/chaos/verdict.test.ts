import { describe, expect, it } from "vitest";
import type { Observation, ObservedBooking } from "../support/observation.ts";
import type { MailFindings } from "./expected-mails.ts";
import type { OwnAudit } from "./own-audit.ts";
import { Tally } from "./tally.ts";
import type { Ending } from "./under-way.ts";
import { judge, type Verdict } from "./verdict.ts";

const BOOKING: ObservedBooking = {
  ...{ id: "bkg_1", eventId: "evnt_1", state: "CONFIRMED", seatsClear: false, moneyClear: false },
  ...{ requestedSeatIds: ["a"], seatIds: ["a"], total: 500, ticketPlaces: ["a"] },
  steps: ["booking.initiated", "seats.locked", "payment.authorised", "seats.confirmed", "payment.captured"],
  api: { status: "CONFIRMED", totalAmount: 500 },
  payment: { status: "CAPTURED", capturedAmount: 500, intentId: "pi_1" },
};
const SEEN: Observation = {
  ...{ bookings: [BOOKING], accepted: ["bkg_1"], unsent: 0, inbox: 4, deadLetters: [] },
  intents: [{ id: "pi_1", bookingId: "bkg_1", status: "succeeded", received: 500, kept: 500 }],
  seatMaps: new Map([["evnt_1", new Map([["a", "RESERVED"]])]]),
  ...{ confirmedTold: new Set(["bkg_1"]), failedTold: new Set(), cancelledTold: new Set() },
};
const COURSE = {
  ...{ id: "bkg_1", outcome: "CONFIRMED", reason: null, wasConfirmed: true, begunAt: 0, endedAt: 1 },
};
const ENDING: Ending = { bookingsMs: 0, allMs: 0, open: [], courses: [COURSE], expected: [] };
const FINDING: OwnAudit["findings"][number] = {
  ...{ check: "authorisation-not-needed", bookingId: "bkg_1", eventId: null, subject: "pi_2" },
  ...{ detail: "open", mend: "cancel-authorisation", mended: null },
};

/** A run in which all is well, but for what is planted. */
function verdict(
  planted: {
    seen?: Partial<Observation>;
    ending?: Partial<Ending>;
    findings?: Partial<MailFindings>;
    unseen?: number;
    own?: Partial<OwnAudit>;
    tally?: (tally: Tally) => void;
  } = {},
): Verdict {
  const tally = new Tally();
  planted.tally?.(tally);
  const mails = { lost: [], doubledByFaults: [], wrong: [], ...planted.findings };
  return judge(
    { ...SEEN, ...planted.seen },
    { ...ENDING, ...planted.ending },
    { findings: mails, unseen: planted.unseen ?? 0 },
    tally,
    { counted: {}, found: {}, findings: [], ...planted.own },
  );
}
const violated = ({ figures }: Verdict) =>
  figures.filter(({ isViolation }) => isViolation).map(({ what }) => what);

describe("the verdict on a run", () => {
  it("is clean where everything agrees", () => {
    expect(verdict().problems).toEqual([]);
    expect(violated(verdict())).toEqual([]);
  });

  it.each<[string, Parameters<typeof verdict>[0]]>([
    ["oversold seats", { seen: { bookings: [BOOKING, { ...BOOKING, id: "bkg_2" }] } }],
    ["charges without seats", { seen: { bookings: [{ ...BOOKING, state: "FAILED" }] } }],
    ["seats without a charge", { seen: { intents: [] } }],
    ["bookings PENDING", { ending: { courses: [{ ...COURSE, outcome: "PENDING" }] } }],
    ["things that had not ended in time", { ending: { open: ["unsent booking.failed"] } }],
    ["dead letters", { seen: { deadLetters: ["ticketflow.seats.locked.DLT bkg_1: bad"] } }],
    ["messages unsent", { seen: { unsent: 1 } }],
    ["mails lost", { findings: { lost: ["booking-confirmed of bkg_1"] } }],
    ["mails wrong, or doubled without a fault on their way", { findings: { wrong: ["2 copies"] } }],
    ["mails that were not followed", { unseen: 1 }],
    ["cancelled, as their buyers were told, and are not", { tally: (tally) => tally.cancelled.add("bkg_1") }],
    ["keys with two bookings", { tally: (tally) => tally.twins.push("bkg_1 and bkg_2") }],
    ["orders refused", { tally: (tally) => tally.refused.push("key: 409") }],
    [
      "kinds of 5xx that say nothing of when to come again",
      { tally: (tally) => tally.hear({ kind: "broken", what: "500 INTERNAL_ERROR" }) },
    ],
    ["disagreements between the stores", { seen: { confirmedTold: new Set() } }],
    [
      "findings of the platform's own audit",
      { own: { found: { "stripe-differs": 1 }, findings: [FINDING] } },
    ],
    ["findings of the platform's own audit", { own: { found: { "mail-lost": 101 }, findings: [] } }],
  ])("names %s", (what, planted) => {
    const found = verdict(planted);
    expect(violated(found)).toContain(what);
    expect(found.problems.some((problem) => problem.startsWith(`${what}: `))).toBe(true);
  });

  it("counts apart what is no violation: a mail that a fault doubled, an intent that holds nothing", () => {
    const found = verdict({
      findings: { doubledByFaults: ["booking-confirmed of bkg_1: 2 copies"] },
      own: { found: { "authorisation-not-needed": 1 }, findings: [FINDING] },
      seen: {
        intents: [
          ...SEEN.intents,
          { id: "pi_2", bookingId: "bkg_1", status: "requires_payment_method", received: 0, kept: 0 },
        ],
      },
    });
    expect(found.problems).toEqual([]);
    expect(found.figures.filter(({ count }) => count === 1)).toHaveLength(2);
  });
});
