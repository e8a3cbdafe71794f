import type { OutboxRow } from "../repositories/bookings.ts";
import type { BookingsDeps } from "./deps.ts";

/** The most rows one relay sends: one produce call. */
const LIMIT = 500;

/** Sends claimed outbox rows, then forgets them. A crash in between sends twice, which consumers expect. */
export async function relay(deps: Pick<BookingsDeps, "bookings" | "send">, rows: OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await deps.send(rows.map(({ topic, partition, key, value }) => ({ topic, partition, key, value })));
  await deps.bookings.sent(rows);
}

/** What one sweep sends at most: what an outage left is sent in minutes, and the sweep still ends. */
const MAX_CLAIMS = 20;

/** Sends what a crash or an outage left behind. */
export async function relayLeftovers(deps: BookingsDeps): Promise<void> {
  for (let claims = 0; claims < MAX_CLAIMS; claims++) {
    const rows = await deps.bookings.claimUnsent(deps.clock(), LIMIT);
    await relay(deps, rows);
    if (rows.length < LIMIT) return;
  }
}
