import { drawnFrom, pauseMs } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import { Unavailable } from "../errors/problem.ts";
import { MAX_PRODUCE } from "../log/topic-log.ts";
import type { OutgoingMessage } from "../saga/envelope.ts";

/** A message in the outbox, claimed by whoever holds this. */
export interface OutboxRow extends OutgoingMessage {
  id: number;
}

/** Messages that were written in the same transaction as what they tell, until they are durable in Kafka. */
export interface Outbox {
  /** Forgets rows that are durable in Kafka; safe to repeat. */
  sent(rows: OutboxRow[]): Promise<void>;
  /** Claims rows that nobody has sent in time, the oldest first; whoever asks at the same time gets others. */
  claimUnsent(now: number, limit: number): Promise<OutboxRow[]>;
  /** Keeps a row from being claimed before `until` (epoch ms). */
  setAside(row: OutboxRow, until: number): Promise<void>;
}

interface RelayDeps {
  outbox: Outbox;
  /** Hands messages to Kafka; resolves when they are durable there. */
  send(messages: OutgoingMessage[]): Promise<void>;
}

/** Sends claimed outbox rows, then forgets them. A crash in between sends twice, which consumers expect. */
export async function relay({ outbox, send }: RelayDeps, rows: OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await send(rows.map(({ topic, partition, key, value }) => ({ topic, partition, key, value })));
  await outbox.sent(rows);
}

/** What one sweep sends at most: what an outage left is sent in minutes, and the sweep still ends. */
const MAX_CLAIMS = 20;

/**
 * A message that Kafka refuses is tried again every hour for a day, in case the fault is ours and is mended. After that
 * it stays where it is: the auditor finds it, and a person is needed.
 */
const REFUSED_PACE = { firstMs: 3_600_000, longestMs: 3_600_000 };
const REFUSED_FOR_MS = 86_400_000;
const NEVER = Date.parse("9999-12-31T00:00:00Z");

type LeftoverDeps = RelayDeps & { clock: Clock };

/**
 * Sends what a crash or an outage left behind, one produce call at a time. What Kafka refuses is set aside, and holds up
 * nothing else.
 * @throws Unavailable when Kafka or Postgres does not answer; Kafka's first refusal, once all the rest is sent
 */
export async function relayLeftovers(deps: LeftoverDeps): Promise<void> {
  const refusals: unknown[] = [];
  for (let claims = 0; claims < MAX_CLAIMS; claims++) {
    const rows = await deps.outbox.claimUnsent(deps.clock(), MAX_PRODUCE);
    refusals.push(...(await relayApart(deps, rows)));
    if (rows.length < MAX_PRODUCE) break;
  }
  if (refusals.length > 0) throw refusals[0];
}

/** Sends rows in one call; where Kafka refuses that, in halves, until those that it refuses are alone. @returns why */
async function relayApart(deps: LeftoverDeps, rows: OutboxRow[]): Promise<unknown[]> {
  try {
    await relay(deps, rows);
    return [];
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    if (rows.length === 1) {
      await deps.outbox.setAside(rows[0]!, nextTry(rows[0]!, deps.clock()));
      return [error];
    }
  }
  const middle = Math.ceil(rows.length / 2);
  const first = await relayApart(deps, rows.slice(0, middle));
  return [...first, ...(await relayApart(deps, rows.slice(middle)))];
}

function nextTry({ id, value }: OutboxRow, now: number): number {
  const { occurredAt } = JSON.parse(value) as { occurredAt?: string };
  if (now - Date.parse(occurredAt ?? "") > REFUSED_FOR_MS) return NEVER;
  return now + pauseMs(REFUSED_PACE, 1, drawnFrom(`${id}:${now}`));
}
