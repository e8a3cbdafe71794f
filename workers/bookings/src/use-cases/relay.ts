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

/** Sends what a crash left behind. @returns how many rows it sent */
export async function relayLeftovers(deps: BookingsDeps): Promise<number> {
  const rows = await deps.bookings.claimUnsent(deps.clock(), LIMIT);
  await relay(deps, rows);
  return rows.length;
}
