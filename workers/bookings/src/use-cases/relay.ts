import * as postgres from "#shared/postgres/relay.ts";
import type { BookingsDeps } from "./deps.ts";

/** Sends the messages of what was just written. */
export function relay(
  { bookings, send }: Pick<BookingsDeps, "bookings" | "send">,
  rows: postgres.OutboxRow[],
): Promise<void> {
  return postgres.relay({ outbox: bookings, send }, rows);
}

/** Sends what a crash or an outage left behind. */
export function relayLeftovers({ bookings, send, clock }: BookingsDeps): Promise<void> {
  return postgres.relayLeftovers({ outbox: bookings, send, clock });
}
