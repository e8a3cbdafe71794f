import { placeEvenly } from "./orders.ts";
import type { SaleOptions } from "./sale.ts";
import { sell } from "./sale.ts";
import { reportOf, type SellOutReport } from "./sell-out.ts";

/** Bookings a second of bar 12, and for how long. */
const RATE = 20;
const SECONDS = 60;

export interface SteadyOptions {
  rate?: number;
  seconds?: number;
  signal?: AbortSignal | undefined;
  onSale?: SaleOptions["onSale"];
}

export interface SteadyReport extends Omit<SellOutReport, "atOnce"> {
  rate: number;
}

/**
 * Bar 12: bookings at an even rate. Stripe's latency does not count, so that its stand-in adds none: what is measured is
 * PENDING to CONFIRMED with nothing taken off.
 */
export async function runSteady(options: SteadyOptions = {}): Promise<SteadyReport> {
  const { rate = RATE, seconds = SECONDS, signal, onSale } = options;
  const bookings = rate * seconds;
  const sale = await sell({
    ...{ bookings, stripeMs: 0, signal, onSale },
    place: (counter, orders) => placeEvenly(counter, orders, rate),
  });
  return { ...reportOf(sale, bookings), rate };
}
