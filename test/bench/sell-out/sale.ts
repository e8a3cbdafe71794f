import { setTimeout as delay } from "node:timers/promises";
import { httpUrl } from "#local/config.ts";
import { auditItself, type OwnAudit } from "../../chaos/own-audit.ts";
import { type Hall, openHall } from "../../support/hall.ts";
import { KillablePlatform } from "../../support/killable-platform.ts";
import { tokensOf } from "./buyers.ts";
import { type CpuSeconds, cpuBetween, cpuNow } from "./cpu.ts";
import { type Answer, type Counter, type Order, openCounter, placeAll } from "./orders.ts";
import { readStock, readTimelines, type Stock, type Timelines, untilEnded } from "./outcome.ts";

export const SEATS_EACH = 4;

/** Bookings before the ones that count, of another event: code that is used is compiled by then, on a live platform. */
const WARM_UP = 200;
const WARM_UP_AT_ONCE = 16;

/** Connections of the generator, and so the most of its requests that are under way. */
const CONNECTIONS = 256;

/** After the last answer a booking that has not ended by then is stuck. */
const STUCK_AFTER_MS = 180_000;

/** What begins when a platform has just started (cron triggers, the first audit) is over by then. */
const QUIET_MS = 3_000;

export interface SaleOptions {
  bookings: number;
  /** What Stripe's stand-in waits before each call, in ms. */
  stripeMs: number;
  /** Sends the orders. */
  place: (counter: Counter, orders: Order[]) => Promise<Answer[]>;
  /** Ends what is under way: the platform is killed, and the reason thrown. */
  signal?: AbortSignal | undefined;
  /** Called when all is up, before the first order that counts, and again after the last has ended. */
  onSale?: (platform: KillablePlatform, moment: "begins" | "is over") => Promise<void>;
}

/** What a sale came to. */
export interface Sale {
  answers: Answer[];
  /** Epoch ms. */
  firstOrderAt: number;
  lastAnswerAt: number;
  /** Whether every booking had ended in time; and when that was seen. */
  ended: boolean;
  endSeenAt: number;
  timelines: Timelines;
  stock: Stock;
  cpu: CpuSeconds;
  audit: OwnAudit;
}

/**
 * Sells an event on a platform of its own, with the limits that it has by default: a hall is drawn and announced through
 * the API, each buyer asks once for four seats beside one another that nobody else asks for. The platform is taken away
 * afterwards, whatever came of it.
 */
export async function sell(options: SaleOptions): Promise<Sale> {
  const platform = await KillablePlatform.make();
  try {
    await platform.start();
    return await sellOn(platform, options);
  } finally {
    await platform.takeAway();
  }
}

async function sellOn(platform: KillablePlatform, options: SaleOptions): Promise<Sale> {
  const { config, url } = platform;
  const { bookings, stripeMs, signal, onSale } = options;
  const counter = openCounter(url, CONNECTIONS);
  try {
    const rehearsal = await ordersFor(platform, WARM_UP, "A Rehearsal");
    const orders = await ordersFor(platform, bookings, "The Sale");
    await setLatency(httpUrl(config, "stripe"), stripeMs);
    await placeAll(counter, rehearsal, WARM_UP_AT_ONCE);
    await untilEnded(config, { ...of(rehearsal), limitMs: STUCK_AFTER_MS });
    await delay(QUIET_MS);
    signal?.throwIfAborted();
    await onSale?.(platform, "begins");
    const before = cpuNow(platform);
    const firstOrderAt = Date.now();
    const answers = await options.place(counter, orders);
    const lastAnswerAt = Date.now();
    const accepted = answers.filter(({ status }) => status === 202).length;
    const { eventId } = of(orders);
    const ended = await untilEnded(config, { eventId, bookings: accepted, limitMs: STUCK_AFTER_MS });
    const endSeenAt = Date.now();
    const cpu = cpuBetween(before, cpuNow(platform));
    await onSale?.(platform, "is over");
    signal?.throwIfAborted();
    const timelines = await readTimelines(config, eventId);
    const stock = await readStock(config, eventId);
    const audit = await auditItself(url);
    return { answers, firstOrderAt, lastAnswerAt, ended, endSeenAt, timelines, stock, cpu, audit };
  } finally {
    counter.close();
  }
}

/** Draws a hall for so many bookings, and gives each its seats and its buyer. */
async function ordersFor(platform: KillablePlatform, bookings: number, name: string): Promise<Order[]> {
  const { eventId, seatIds }: Hall = await openHall(platform.url, { seats: wholeRows(bookings), name });
  const tokens = await tokensOf(platform.config, bookings);
  return tokens.map((token, n) => {
    return { token, eventId, seatIds: seatIds.slice(n * SEATS_EACH, (n + 1) * SEATS_EACH) };
  });
}

const wholeRows = (bookings: number): number => Math.ceil((bookings * SEATS_EACH) / 100) * 100;

const of = (orders: Order[]) => ({ eventId: orders[0]?.eventId ?? "", bookings: orders.length });

async function setLatency(stripe: string, ms: number): Promise<void> {
  const response = await fetch(`${stripe}/_test/latency`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ms }),
  });
  if (!response.ok) throw new Error(`Stripe's stand-in answered ${response.status} to a latency`);
}
