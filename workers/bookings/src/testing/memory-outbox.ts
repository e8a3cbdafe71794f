import { CLAIM_MS } from "#shared/postgres/outbox.ts";
import type { Outbox, OutboxRow } from "#shared/postgres/relay.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";

/** A message that is not sent, and until when it is its claimer's (epoch ms). */
export interface UnsentMessage {
  readonly row: OutboxRow;
  readonly claimedUntil: number;
}

/** An {@link Outbox} in memory, and how its owner writes into it. */
export interface MemoryOutbox extends Outbox {
  /** By the row's id, the oldest first: to look at. */
  readonly unsent: ReadonlyMap<number, UnsentMessage>;
  /** Writes messages, claimed by their writer. */
  add(messages: OutgoingMessage[], now: number): OutboxRow[];
}

export function memoryOutbox(): MemoryOutbox {
  const unsent = new Map<number, UnsentMessage>();
  let lastId = 0;
  return {
    unsent,

    add: (messages, now) =>
      messages.map((message) => {
        const row: OutboxRow = { ...message, id: ++lastId };
        unsent.set(row.id, { row, claimedUntil: now + CLAIM_MS });
        return { ...row };
      }),

    async sent(rows) {
      for (const { id } of rows) unsent.delete(id);
    },

    async claimUnsent(now, limit) {
      const unclaimed = [...unsent.values()].filter(({ claimedUntil }) => claimedUntil < now).slice(0, limit);
      for (const { row } of unclaimed) unsent.set(row.id, { row, claimedUntil: now + CLAIM_MS });
      return unclaimed.map(({ row }) => ({ ...row }));
    },

    async setAside({ id }, until) {
      const found = unsent.get(id);
      if (found) unsent.set(id, { ...found, claimedUntil: until });
    },
  };
}
