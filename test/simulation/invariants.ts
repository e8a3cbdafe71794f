import type { BookingState } from "#shared/saga/declaration.ts";
import type { Booking, BookingStep } from "../../workers/bookings/src/core/booking.ts";
import { PAYMENT_MACHINE, type PaymentState } from "../../workers/payments/src/core/machine.ts";
import type { Payment } from "../../workers/payments/src/core/payment.ts";
import type { SeatLedger } from "./seat-ledger.ts";
import type { Services } from "./services.ts";
import type { IntentSeen, StripeWorld } from "./stripe.ts";

/** How far a booking has come: it never goes back. */
const RANK: Record<BookingState, number> = {
  INITIATED: 0,
  PAYING: 1,
  RESERVING: 2,
  CAPTURING: 3,
  CONFIRMED: 4,
  FAILED: 5,
  CANCELLED: 5,
};

/** These may come again: an undo is asked for until it is answered, and a buyer may have to act twice. */
const REPEATABLE = new Set(["deadline", "payment.action-required"]);

/**
 * What must be true after every single step, whatever is under way. Each look compares what changed since the last one.
 */
export class Invariants {
  readonly #services: Services;
  readonly #stripe: StripeWorld;
  readonly #ledger: () => SeatLedger;
  readonly #bookings = new Map<string, Readonly<Booking>>();
  readonly #payments = new Map<string, PaymentState>();
  readonly #captured = new Map<string, string>();
  readonly #charges = new Map<string, number>();

  readonly #wrongs: readonly string[];
  /** What was seen between two looks. */
  readonly #seen: string[] = [];

  /** @param wrongs what the seat map did that is never right */
  constructor(
    {
      services,
      stripe,
      seatMap,
    }: { services: Services; stripe: StripeWorld; seatMap: { wrongs: readonly string[] } },
    ledger: () => SeatLedger,
    now: () => number,
  ) {
    this.#wrongs = seatMap.wrongs;
    this.#services = services;
    this.#stripe = stripe;
    this.#ledger = ledger;
    stripe.onConfirm = (intentId) => this.#confirming(intentId, now());
  }

  /** No authorisation starts once the time for it is over. */
  #confirming(intentId: string, now: number): void {
    for (const { bookingId, intentId: its, payBy } of this.#services.payments.look<Payment>("payments")) {
      if (its !== intentId || now < payBy.getTime()) continue;
      this.#seen.push(`${bookingId}: a card is charged after its time was over`);
    }
  }

  /** What is wrong now, in words; empty when nothing is. @param touched the ports that were asked since the last look */
  check(touched: ReadonlySet<string>): string[] {
    const ledger = this.#ledger();
    const found = [...ledger.violations, ...this.#seen, ...this.#wrongs];
    if (touched.has("bookings-db")) found.push(...this.#checkBookings(ledger));
    if (touched.has("payments-db")) found.push(...this.#checkPayments());
    if (touched.has("stripe")) found.push(...this.#checkMoney(ledger));
    return found;
  }

  #checkBookings(ledger: SeatLedger): string[] {
    const found: string[] = [];
    for (const [id, booking] of this.#services.bookings.tables.bookings) {
      const before = this.#bookings.get(id);
      // Rows are replaced, never changed.
      if (before === booking) continue;
      this.#bookings.set(id, booking);
      if (before) found.push(...wentBack(before, booking));
      if (booking.state === "CONFIRMED" && before?.state !== "CONFIRMED")
        found.push(...this.#checkConfirmed(booking, ledger));
      found.push(...twice(id, this.#services.bookings.tables.steps.get(id) ?? []));
    }
    return found;
  }

  /** A booking is confirmed with its places reserved, its money taken, and a ticket for each place. */
  #checkConfirmed(booking: Readonly<Booking>, ledger: SeatLedger): string[] {
    const { id, seatIds, totalAmount, requestedSeatIds, generalAdmission } = booking;
    const found: string[] = [];
    const asked = generalAdmission.reduce((count, { quantity }) => count + quantity, requestedSeatIds.length);
    if (seatIds.length !== asked) found.push(`${id} is CONFIRMED with ${seatIds.length} of ${asked} places`);
    const places = ledger.reserved(id);
    if (places?.length !== seatIds.length)
      found.push(
        `${id} is CONFIRMED, and ${places?.length ?? 0} of its ${seatIds.length} places are reserved`,
      );
    const taken = this.#stripe.intents().filter((intent) => intent.bookingId === id && intent.captured > 0);
    const captured = taken.reduce((sum, intent) => sum + intent.captured, 0);
    if (captured !== totalAmount)
      found.push(`${id} is CONFIRMED, and ${captured} of ${totalAmount} was taken`);
    const tickets = this.#services.bookings.tables.tickets.get(id) ?? [];
    const isEach =
      tickets.length === seatIds.length && seatIds.every((one) => tickets.some((t) => t.placeId === one));
    if (!isEach) found.push(`${id} is CONFIRMED with ${tickets.length} tickets for ${seatIds.length} places`);
    return found;
  }

  #checkPayments(): string[] {
    const found: string[] = [];
    for (const { bookingId, state } of this.#services.payments.look<Payment>("payments")) {
      const before = this.#payments.get(bookingId);
      if (before === state) continue;
      this.#payments.set(bookingId, state);
      // A new one is mostly written as it is once it was begun.
      const first = before ? {} : PAYMENT_MACHINE.CREATED;
      const moves = [...Object.values(PAYMENT_MACHINE[before ?? "NONE"]), ...Object.values(first)];
      if (!moves.some((rule) => rule.kind === "move" && rule.to === state))
        found.push(`the payment of ${bookingId} went from ${before ?? "nothing"} to ${state}`);
    }
    return found;
  }

  /** Money is taken once, for places that are reserved; a card is charged once. */
  #checkMoney(ledger: SeatLedger): string[] {
    const found: string[] = [];
    for (const intent of this.#stripe.intents()) {
      const { id, bookingId, captured, charges } = intent;
      if (charges > (this.#charges.get(id) ?? 0)) this.#charges.set(id, charges);
      const ofBooking = this.#stripe.intents().filter((other) => other.bookingId === bookingId);
      const authorised = ofBooking.reduce((sum, other) => sum + other.charges, 0);
      if (authorised > 1) found.push(`${bookingId}: a card was charged ${authorised} times`);
      if (captured === 0 || this.#captured.has(id)) continue;
      this.#captured.set(id, bookingId);
      found.push(...this.#checkCapture(intent, ledger));
    }
    return found;
  }

  #checkCapture({ bookingId, captured }: IntentSeen, ledger: SeatLedger): string[] {
    const found: string[] = [];
    const booking = this.#services.bookings.tables.bookings.get(bookingId);
    if (!ledger.reserved(bookingId)) found.push(`${bookingId}: money was taken, and no place is reserved`);
    if (booking?.totalAmount !== captured)
      found.push(`${bookingId}: ${captured} was taken, not ${booking?.totalAmount}`);
    const times = [...this.#captured.values()].filter((id) => id === bookingId).length;
    if (times > 1) found.push(`${bookingId}: money was taken ${times} times`);
    return found;
  }
}

function wentBack(before: Readonly<Booking>, after: Readonly<Booking>): string[] {
  const { id } = after;
  const isGivenBack = before.state === "CONFIRMED" && after.state === "CANCELLED";
  const isBack = RANK[after.state] < RANK[before.state];
  const isEnded = RANK[before.state] >= RANK.CONFIRMED && before.state !== after.state && !isGivenBack;
  const found: string[] = [];
  if (isBack || isEnded) found.push(`${id} went from ${before.state} to ${after.state}`);
  if (before.totalAmount !== after.totalAmount) found.push(`${id}: its total has changed`);
  if (before.seatsClear && !after.seatsClear) found.push(`${id}: its seats are not clear any more`);
  if (before.moneyClear && !after.moneyClear) found.push(`${id}: its money is not clear any more`);
  return found;
}

/** An event has its effect once. */
function twice(id: string, steps: readonly BookingStep[]): string[] {
  const once = steps
    .filter(({ step }) => !REPEATABLE.has(step))
    .map(({ step, detail }) => `${step} (${detail})`);
  const again = once.find((step, n) => once.indexOf(step) !== n);
  return again ? [`${id}: ${again} had its effect twice`] : [];
}
