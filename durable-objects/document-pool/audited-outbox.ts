import type { OutboxAudit, OutboxFacts } from "#shared/rpc/audit/outbox.ts";
import type { Collection } from "./client.ts";
import { relay, type Send, type WithOutbox } from "./outbox.ts";

/** The most aggregates that are named, or sent for, at once. */
const MAX_KEYS = 100;

/** What else an aggregate holds may be large. */
const NEEDED = { outbox: 1, unsent: 1, rev: 1 };

type OutboxDocument = { _id: string } & WithOutbox;

/** What an auditor reads of the messages that aggregates have not sent, and how it gets them sent. */
export function auditedOutbox<D extends OutboxDocument>(documents: Collection<D>, send: Send): OutboxAudit {
  const loose = documents as unknown as Collection<OutboxDocument>;
  return {
    async outbox(): Promise<OutboxFacts> {
      const [unsent, found] = await Promise.all([
        loose.count({ unsent: true }),
        loose.find({ unsent: true }, { limit: MAX_KEYS, projection: NEEDED }),
      ]);
      const oldest = found.map(({ _id, outbox }) => ({ key: outbox[0]?.key ?? _id, since: since(outbox) }));
      return { unsent, oldest: oldest.sort((a, b) => a.since - b.since) };
    },
    async relay(keys) {
      const theirs = { unsent: true, "outbox.key": { $in: keys.slice(0, MAX_KEYS) } };
      const waiting = await loose.find(theirs, { limit: MAX_KEYS, projection: NEEDED });
      for (const document of waiting) await relay(loose, document, send);
      return waiting.length;
    },
  };
}

/** When the oldest message was written, epoch ms; one that does not say so is as old as can be. */
export function since(outbox: WithOutbox["outbox"]): number {
  const written = outbox.map(({ value }) => Date.parse(/"occurredAt":"([^"]+)"/.exec(value)?.[1] ?? "") || 0);
  return Math.min(...written);
}
