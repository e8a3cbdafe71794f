import { totalOf } from "./cpu.ts";
import { placeAll } from "./orders.ts";
import { problemsOf } from "./problems.ts";
import { type Quantiles, quantiles } from "./quantiles.ts";
import { type Sale, type SaleOptions, SEATS_EACH, sell } from "./sale.ts";

/** The hall of bar 11. */
const BOOKINGS = 2_500;
/** What Stripe takes for a call, in ms. */
const STRIPE_MS = 50;
/**
 * Under way at a time: well below what the limiter of each Worker lets through while answers are in time
 * (`shared/http/in-flight.ts`). Nobody asks twice here, so that who is refused stays without a seat.
 */
const AT_ONCE = 64;

export interface SellOutOptions {
  bookings?: number;
  atOnce?: number;
  signal?: AbortSignal | undefined;
  onSale?: SaleOptions["onSale"];
}

export interface SellOutReport {
  bookings: number;
  seats: number;
  atOnce: number;
  /** From the first POST to the last CONFIRMED, by the bookings' own timelines, and by the wall of who asked. */
  seconds: number;
  wallSeconds: number;
  bookingsAMinute: number;
  /** POST to its 202, and 202 to CONFIRMED by the timeline, in ms. */
  answerMs: Quantiles;
  pendingMs: Quantiles;
  /** CPU milliseconds a booking, by process, the largest first; and of all together. */
  cpuMs: [name: string, ms: number][];
  cpuMsABooking: number;
  oversold: number;
  /** Answers of 500 and above, and requests without an answer. */
  failedAnswers: number;
  stuck: number;
  /** All that is not as it must be, in words; empty for a good run. */
  problems: string[];
}

/** Bar 11: sells a hall out, as fast as the platform takes it. */
export async function runSellOut(options: SellOutOptions = {}): Promise<SellOutReport> {
  const { bookings = BOOKINGS, atOnce = AT_ONCE, signal, onSale } = options;
  const sale = await sell({
    ...{ bookings, stripeMs: STRIPE_MS, signal, onSale },
    place: (counter, orders) => placeAll(counter, orders, atOnce),
  });
  return { ...reportOf(sale, bookings), atOnce };
}

export function reportOf(sale: Sale, bookings: number): Omit<SellOutReport, "atOnce"> {
  const { answers, timelines, stock } = sale;
  const seconds = (timelines.lastConfirmedAt - sale.firstOrderAt) / 1_000;
  const confirmed = timelines.states.get("CONFIRMED") ?? 0;
  const accepted = answers.filter(({ status }) => status === 202).length;
  const ended = ["CONFIRMED", "FAILED", "CANCELLED"].reduce(
    (sum, state) => sum + (timelines.states.get(state) ?? 0),
    0,
  );
  return {
    bookings,
    seats: bookings * SEATS_EACH,
    seconds,
    wallSeconds: (sale.endSeenAt - sale.firstOrderAt) / 1_000,
    bookingsAMinute: Math.round((confirmed / seconds) * 60),
    answerMs: quantiles(answers.map(({ ms }) => ms)),
    pendingMs: quantiles(timelines.pendingMs),
    cpuMs: [...sale.cpu]
      .map(([name, used]): [string, number] => [name, (used / bookings) * 1_000])
      .sort(([, a], [, b]) => b - a),
    cpuMsABooking: (totalOf(sale.cpu) / bookings) * 1_000,
    oversold: stock.tickets - stock.soldPlaces,
    failedAnswers: answers.filter(({ status }) => status === 0 || status >= 500).length,
    stuck: accepted - ended,
    problems: problemsOf(sale, bookings),
  };
}
