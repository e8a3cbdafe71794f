import { describe, expect, it } from "vitest";
import { FAILURE_REASONS } from "#shared/saga/payloads.ts";
import type { Content, FactsByKind } from "../notification.ts";
import { render, subjectOf } from "./render.ts";

const party = {
  ...{ bookingId: "bkg_1", userId: "usr_1", userEmail: "maria@example.com", userName: "Maria" },
  ...{ eventId: "evnt_1", eventName: "La Traviata" },
};
const confirmed: FactsByKind["booking-confirmed"] = {
  ...party,
  eventDate: "2026-12-21T18:00:00.000Z",
  eventTimeZone: "Europe/Vienna",
  venueName: "Opera House",
  seatIds: ["stalls-g-1", "ga:Floor:1", "ga:Floor:2"],
  lines: [
    { label: "Stalls Left · G · 1", tier: "Premium", quantity: 1, price: 24_000 },
    { label: "Floor", tier: "Standing", quantity: 2, price: 4_550 },
  ],
  totalAmount: 33_100,
  currency: "EUR",
  paymentId: "pay_1",
};
const refund: FactsByKind["refunded"] = {
  ...{ bookingId: "bkg_1", paymentId: "pay_1", refundId: "re_1", status: "SUCCESS", amount: 33_100 },
  ...{ currency: "EUR", initiator: "UNDO", failureReason: null, userName: "Maria", eventName: "La Traviata" },
};
const cancelled: FactsByKind["booking-cancelled"] = {
  ...{ ...party, seatIds: [], refundAmount: 33_100, currency: "EUR", reason: "BUYER" },
  cancelledAt: "2026-12-01T12:00:00.000Z",
};

/** Both forms of a mail: what one says the other must. */
function bothSay(content: Content, words: string[], context = {}): void {
  const { html, text } = render(content, context);
  for (const word of words) {
    expect(text).toContain(word);
    expect(html).toContain(word);
  }
}

describe("a confirmation", () => {
  it("says what was booked: event, venue's own time, places with tier and price, and the total", () => {
    bothSay({ kind: "booking-confirmed", facts: confirmed }, [
      ...["Maria", "La Traviata", "Opera House", "bkg_1"],
      // 18:00 UTC is 19:00 in Vienna in December.
      ...["Monday", "21 December 2026", "19:00", "Europe/Vienna"],
      ...["Stalls Left · G · 1", "Premium", "EUR 240.00", "2 × Floor", "Standing", "EUR 91.00"],
      "Total: EUR 331.00",
    ]);
    expect(subjectOf({ kind: "booking-confirmed", facts: confirmed })).toBe("Confirmed: La Traviata");
  });

  it("names the places by their ids and the time as UTC where a message of before tells no more", () => {
    const { lines: _lines, eventTimeZone: _zone, ...facts } = confirmed;
    bothSay({ kind: "booking-confirmed", facts }, ["stalls-g-1", "ga:Floor:2", "18:00 (UTC)"]);
  });

  it("writes an amount with the digits that its currency has", () => {
    const yen = { ...confirmed, currency: "JPY", totalAmount: 500 };
    bothSay({ kind: "booking-confirmed", facts: yen }, ["Total: JPY 500"]);
    const dinar = { ...confirmed, currency: "KWD", totalAmount: 12_345 };
    bothSay({ kind: "booking-confirmed", facts: dinar }, ["Total: KWD 12.345"]);
    // Nobody pays in fillér, and still a forint has a hundred of them.
    const forint = { ...confirmed, currency: "HUF", totalAmount: 1_000_000 };
    bothSay({ kind: "booking-confirmed", facts: forint }, ["Total: HUF 10,000.00"]);
  });
});

describe("a failure", () => {
  it.each(FAILURE_REASONS)("for %s says why in words, and that nothing was charged", (reason) => {
    const facts = { ...party, reason, failureDetail: "generic_decline" };
    bothSay({ kind: "booking-failed", facts }, ["La Traviata", "nothing is charged"]);
    const { text } = render({ kind: "booking-failed", facts });
    for (const code of [...FAILURE_REASONS, "generic_decline"]) expect(text).not.toContain(code);
  });
});

describe("a cancellation", () => {
  it("says what is paid back", () => {
    bothSay({ kind: "booking-cancelled", facts: cancelled }, ["as you asked", "EUR 331.00"]);
  });

  it("of an unpaid booking says that there is nothing to pay back", () => {
    const facts = { ...cancelled, refundAmount: 0 };
    bothSay({ kind: "booking-cancelled", facts }, ["Nothing was charged"]);
  });

  it("of the event gives the organiser's reason where it is known", () => {
    const facts = { ...cancelled, reason: "EVENT_CANCELLED" as const };
    const content: Content = { kind: "booking-cancelled", facts };
    bothSay(content, ["the event has been cancelled", "The soprano is ill"], {
      cancellationReason: "The soprano is ill",
    });
    expect(render(content).text).not.toContain("The organiser says");
  });
});

describe("a refund", () => {
  it("says how much was paid back", () => {
    bothSay({ kind: "refunded", facts: refund }, ["Maria", "EUR 331.00", "La Traviata"]);
  });

  it("that failed says that a person looks after it", () => {
    const facts = { ...refund, status: "FAILED" as const, failureReason: "expired_or_canceled_card" };
    bothSay({ kind: "refund-failed", facts }, ["EUR 331.00", "A person here looks after it"]);
  });
});

describe("a welcome", () => {
  it("greets by name", () => {
    const facts = { userId: "usr_1", name: "Maria", email: "maria@example.com", registeredAt: "" };
    bothSay({ kind: "welcome", facts }, ["Dear Maria,"]);
  });
});

describe("what people have typed", () => {
  const MARKUP = `<img src=x onerror="alert(1)"> & 'co'`;

  it("is text in the HTML, wherever it stands", () => {
    const facts = {
      ...{ ...confirmed, userName: MARKUP, eventName: MARKUP, venueName: MARKUP },
      lines: [{ label: MARKUP, tier: MARKUP, quantity: 1, price: 1 }],
    };
    const { html } = render({ kind: "booking-confirmed", facts });
    expect(html).not.toContain("<img");
    expect(html.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; &#39;co&#39;/g)).toHaveLength(
      6,
    );
  });

  it("begins no line of its own, in the subject or in the text", () => {
    const eventName = "Opera\r\nBcc: victim@example.com\u2028X: y";
    const { subject, text } = render({
      kind: "booking-failed",
      facts: { ...party, eventName, userName: "M\nTotal: EUR 0.00", reason: "TIMEOUT", failureDetail: "" },
    });
    expect(subject).toBe("Not booked: Opera Bcc: victim@example.com X: y");
    expect(text).not.toMatch(/^(Bcc|Total|X):/m);
  });
});
