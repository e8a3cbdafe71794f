import type { BookingCheck, BookingSeen } from "./facts.ts";
import { mailDoubled, mailLost, mailNotSent } from "./mails.ts";
import { authorisationNotNeeded, chargeWithoutSeats, refundIncomplete, seatsWithoutCharge } from "./money.ts";
import { unsentOfBooking } from "./outbox.ts";
import type { Finding } from "./page.ts";
import { pendingPastDeadline, undoUnfinished } from "./progress.ts";
import { confirmedWithoutSeats, seatsForEndedBooking, seatsNotAsAsked } from "./seats.ts";
import { paymentOfAnother, stripeDiffers } from "./stripe.ts";
import { ticketsDifferFromSeats } from "./tickets.ts";
import { effectTwice, stepWithoutEvent, timelineContradictsState } from "./timeline.ts";
import { nobodyTold, toldOtherwise } from "./told.ts";

const BOOKING_CHECKS: readonly BookingCheck[] = [
  ...[confirmedWithoutSeats, seatsForEndedBooking, seatsNotAsAsked],
  ...[chargeWithoutSeats, seatsWithoutCharge, authorisationNotNeeded, refundIncomplete],
  ...[stripeDiffers, paymentOfAnother],
  ...[pendingPastDeadline, undoUnfinished],
  ...[timelineContradictsState, effectTwice, stepWithoutEvent, ticketsDifferFromSeats],
  ...[unsentOfBooking, nobodyTold, toldOtherwise],
  ...[mailLost, mailDoubled, mailNotSent],
];

/** Everything in which the stores contradict one another about a booking; each contradiction once. */
export function checkBooking(seen: BookingSeen, now: number): Finding[] {
  return distinct(BOOKING_CHECKS.flatMap((check) => check(seen, now)));
}

/** What makes two findings the same one. */
export const findingKey = ({ check, bookingId, eventId, subject }: Finding): string =>
  [check, bookingId, eventId, subject].join(" ");

function distinct(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [findingKey(finding), finding])).values()];
}

/** Those that were found again when everything was read a second time, as they were seen then. */
export function foundTwice(first: Finding[], second: Finding[]): Finding[] {
  const before = new Set(first.map(findingKey));
  return distinct(second.filter((finding) => before.has(findingKey(finding))));
}
