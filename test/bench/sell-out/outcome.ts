import { setTimeout as delay } from "node:timers/promises";
import { MongoClient } from "mongodb";
import type { Client } from "pg";
import { type Config, httpUrl } from "#local/config.ts";
import { mongoUri } from "#local/parts/stores.ts";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { bookingsDatabase } from "../../support/observation.ts";

/** One count over the bookings of one event, which an index finds. */
const POLL_MS = 250;

/** What became of an event's bookings, by their own timelines. Times are epoch ms. */
export interface Timelines {
  /** By state: how many. */
  states: Map<string, number>;
  lastConfirmedAt: number;
  /** From the first step to CONFIRMED, of each that came so far, in ms. */
  pendingMs: number[];
}

/** What the stores say afterwards: for a sold-out hall all three agree. */
export interface Stock {
  /** Places with a ticket, and tickets: the same, unless a place was sold twice. */
  soldPlaces: number;
  tickets: number;
  /** Seats that the seat map shows as reserved. */
  reserved: number;
  captured: { payments: number; amount: number };
  /** What the bookings are worth. */
  charged: number;
}

/**
 * Waits until no booking of an event is under way, and so many have been written: with one count in bookings' database
 * every {@link POLL_MS}, past the API, so that the asking costs next to nothing.
 * @returns whether that came in time
 */
export async function untilEnded(
  config: Config,
  { eventId, bookings, limitMs }: { eventId: string; bookings: number; limitMs: number },
): Promise<boolean> {
  return inBookings(config, async (client) => {
    const giveUpAt = performance.now() + limitMs;
    for (;;) {
      const { rows } = await client.query<{ ended: number }>(
        `select count(*)::int as ended from booking
         where event_id = $1 and state in ('CONFIRMED', 'FAILED', 'CANCELLED')`,
        [eventId],
      );
      if (rows[0]!.ended >= bookings) return true;
      if (performance.now() > giveUpAt) return false;
      await delay(POLL_MS);
    }
  });
}

export async function readTimelines(config: Config, eventId: string): Promise<Timelines> {
  return inBookings(config, async (client) => {
    const states = await client.query<{ state: string; count: number }>(
      "select state, count(*)::int as count from booking where event_id = $1 group by state",
      [eventId],
    );
    const { rows } = await client.query<{ from: Date; to: Date }>(
      `select min(s.at) as from, max(s.at) as to from booking b join booking_step s on s.booking_id = b.id
       where b.event_id = $1 and b.state = 'CONFIRMED' group by b.id`,
      [eventId],
    );
    return {
      states: new Map(states.rows.map(({ state, count }) => [state, count])),
      lastConfirmedAt: rows.reduce((last, { to }) => Math.max(last, to.getTime()), 0),
      pendingMs: rows.map(({ from, to }) => to.getTime() - from.getTime()),
    };
  });
}

export async function readStock(config: Config, eventId: string): Promise<Stock> {
  const { bookingIds, ...sold } = await inBookings(config, async (client) => {
    const tickets = await client.query<{ tickets: number; soldPlaces: number }>(
      `select count(*)::int as tickets, count(distinct place_id)::int as "soldPlaces"
       from ticket t join booking b on b.id = t.booking_id where b.event_id = $1`,
      [eventId],
    );
    const bookings = await client.query<{ id: string; total: number }>(
      "select id, total_amount as total from booking where event_id = $1",
      [eventId],
    );
    const charged = bookings.rows.reduce((sum, { total }) => sum + total, 0);
    return { ...tickets.rows[0]!, charged, bookingIds: bookings.rows.map(({ id }) => id) };
  });
  return {
    ...sold,
    reserved: await reservedSeats(config, eventId),
    captured: await capturedPayments(config, bookingIds),
  };
}

async function capturedPayments(config: Config, bookingIds: string[]): Promise<Stock["captured"]> {
  const client = await MongoClient.connect(mongoUri(config, "payments"));
  try {
    const captured = client.db().collection<{ bookingId: string; capturedAmount: number }>("payments");
    const found = await captured.find({ state: "CAPTURED", bookingId: { $in: bookingIds } }).toArray();
    const amount = found.reduce((sum, { capturedAmount }) => sum + capturedAmount, 0);
    return { payments: found.length, amount };
  } finally {
    await client.close();
  }
}

const RESERVED = 2;
const HEADER_BYTES = 32;

/** Counted in the packed map, whose hall has no areas (`workers/inventory/src/routes/present.ts` has the layout). */
async function reservedSeats(config: Config, eventId: string): Promise<number> {
  const response = await fetch(`${httpUrl(config, "gateway")}/api/inventory/events/${eventId}/seats`, {
    headers: { accept: PACKED_SEATS, "cache-control": "no-cache" },
  });
  if (!response.ok) throw new Error(`the seat map answered ${response.status}`);
  let reserved = 0;
  for (const byte of new Uint8Array(await response.arrayBuffer()).subarray(HEADER_BYTES)) {
    for (let shift = 0; shift < 8; shift += 2) if (((byte >> shift) & 3) === RESERVED) reserved++;
  }
  return reserved;
}

async function inBookings<T>(config: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await bookingsDatabase(config);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
