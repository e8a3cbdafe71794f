import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "#local/config.ts";
import { bookingsDatabase } from "./observation.ts";

const POLL_MS = 50;

export interface Settled {
  /** Until every booking had ended: CONFIRMED, FAILED or CANCELLED, in ms. Null when that did not come. */
  endedMs: number | null;
  /** Until nothing was under way any more: every undo answered, every message sent. Null when that did not come. */
  settledMs: number | null;
  /** What was still under way at the end, in words. */
  open: string[];
}

/** Waits until every booking of a platform has ended and nothing is under way, for at most `limitMs`; looks every `pollMs`. */
export async function settle(config: Config, limitMs: number, pollMs = POLL_MS): Promise<Settled> {
  const begun = performance.now();
  const client = await bookingsDatabase(config);
  let endedMs: number | null = null;
  try {
    for (;;) {
      const { rows } = await client.query<{ isEnded: boolean; what: string }>(UNDER_WAY);
      const nowMs = performance.now() - begun;
      if (rows.every(({ isEnded }) => isEnded)) endedMs ??= nowMs;
      if (rows.length === 0) return { endedMs, settledMs: nowMs, open: [] };
      if (nowMs > limitMs) return { endedMs, settledMs: null, open: rows.map(({ what }) => what) };
      await delay(pollMs);
    }
  } finally {
    await client.end();
  }
}

const UNDER_WAY = `
  select state in ('FAILED', 'CANCELLED') as "isEnded",
    id || ' ' || state || case when state in ('FAILED', 'CANCELLED') then
      ' seats_clear=' || seats_clear || ' money_clear=' || money_clear else '' end || ' after ' ||
      (select string_agg(step, ', ' order by s.id) from booking_step s where s.booking_id = b.id) as what
  from booking b
  where state <> 'CONFIRMED' and not (state in ('FAILED', 'CANCELLED') and seats_clear and money_clear)
  union all
  select true, 'unsent ' || topic || ' of ' || key from outbox`;
