import type { Clock } from "../clock.ts";
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

/** Sends what a crash or an outage left behind, one produce call at a time. */
export async function relayLeftovers(deps: RelayDeps & { clock: Clock }): Promise<void> {
  for (let claims = 0; claims < MAX_CLAIMS; claims++) {
    const rows = await deps.outbox.claimUnsent(deps.clock(), MAX_PRODUCE);
    await relay(deps, rows);
    if (rows.length < MAX_PRODUCE) return;
  }
}
