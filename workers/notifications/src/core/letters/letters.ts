import type { FactsByKind, NotificationKind } from "../notification.ts";
import type { Letter } from "./letter.ts";
import { localTime, money, WHY_CANCELLED, WHY_FAILED } from "./words.ts";

/** What a letter may say beyond its own facts. */
export interface LetterContext {
  /** Why the organiser has cancelled the event, where that is known. */
  cancellationReason?: string | undefined;
}

type Write<K extends NotificationKind> = (facts: FactsByKind[K], context: LetterContext) => Letter;

/** One letter for each kind: a missing one does not compile. */
export const LETTERS: { [K in NotificationKind]: Write<K> } = {
  welcome: ({ name }) => ({
    subject: "Welcome to TicketFlow",
    name,
    paragraphs: [
      "Your account is ready. Find an event, pick your places from its map, and pay: they are yours within a second.",
      "If you did not register, somebody has used your address. You need not do anything: without its password nobody can use the account.",
    ],
  }),

  "booking-confirmed": (facts) => ({
    subject: `Confirmed: ${facts.eventName}`,
    name: facts.userName,
    paragraphs: ["Your booking is confirmed and paid. We look forward to seeing you."],
    details: [
      ["Event", facts.eventName],
      ["When", localTime(facts.eventDate, facts.eventTimeZone)],
      ["Where", facts.venueName],
      ["Booking", facts.bookingId],
    ],
    places: placesOf(facts),
    total: money(facts.totalAmount, facts.currency),
  }),

  "booking-failed": (facts) => ({
    subject: `Not booked: ${facts.eventName}`,
    name: facts.userName,
    paragraphs: [
      `Your booking for ${facts.eventName} did not come about.`,
      WHY_FAILED[facts.reason],
      "Nothing is held for you and nothing is charged. What your bank may show as reserved is released again.",
    ],
    details: [["Booking", facts.bookingId]],
  }),

  "booking-cancelled": (facts, { cancellationReason }) => ({
    subject: `Cancelled: ${facts.eventName}`,
    name: facts.userName,
    paragraphs: [
      WHY_CANCELLED[facts.reason],
      ...(facts.reason === "EVENT_CANCELLED" && cancellationReason
        ? [`The organiser says: ${cancellationReason}`]
        : []),
      facts.refundAmount > 0
        ? `We pay back ${money(facts.refundAmount, facts.currency)}, the way that you paid. It takes a few days to arrive.`
        : "Nothing was charged, so that there is nothing to pay back.",
    ],
    details: [
      ["Event", facts.eventName],
      ["Booking", facts.bookingId],
    ],
  }),

  refunded: (facts) => ({
    subject: `Refunded: ${facts.eventName}`,
    name: facts.userName,
    paragraphs: [
      `We have paid back ${money(facts.amount, facts.currency)} for ${facts.eventName}, the way that you paid. It takes a few days to arrive.`,
    ],
    details: [["Booking", facts.bookingId]],
  }),

  "refund-failed": (facts) => ({
    subject: `Your refund needs a moment longer: ${facts.eventName}`,
    name: facts.userName,
    paragraphs: [
      `We could not pay back ${money(facts.amount, facts.currency)} for ${facts.eventName} the way that you paid.`,
      "A person here looks after it and will write to you. Your money is safe; you need not do anything.",
    ],
    details: [["Booking", facts.bookingId]],
  }),
};

/** The places by their names where the booking told them, by their ids where it did not. */
function placesOf({ lines, seatIds, currency }: FactsByKind["booking-confirmed"]): Letter["places"] {
  if (!lines) return seatIds.map((label) => ({ label, tier: "", price: "" }));
  return lines.map(({ label, tier, quantity, price }) => ({
    label: quantity > 1 ? `${quantity} × ${label}` : label,
    tier,
    price: money(price * quantity, currency),
  }));
}
