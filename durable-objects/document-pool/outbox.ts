import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Collection } from "./client.ts";

/**
 * What an aggregate carries to be its own outbox: messages written in the same atomic step as its state,
 * sent after it.
 */
export interface WithOutbox {
  outbox: OutgoingMessage[];
  /** Indexed, so that what a crash left unsent is found. */
  unsent: boolean;
  /** Counts the writes of the aggregate: whoever empties the outbox must have seen all of it. */
  rev: number;
}

/** How many aggregates one sweep sends at most. */
const SWEEP_LIMIT = 100;

/** What else an aggregate holds may be large, and is not needed to send. */
const NEEDED = { outbox: 1, unsent: 1, rev: 1 };

type OutboxDocument = { _id: string } & WithOutbox;

/** Hands messages to the log; resolves when they are durable there. */
export type Send = (messages: OutgoingMessage[]) => Promise<void>;

/**
 * Sends what an aggregate has in its outbox, then empties it, unless the aggregate was written since:
 * then the outbox is for the one who wrote it. A crash in between sends twice, which consumers expect.
 */
export async function relay<D extends OutboxDocument>(
  documents: Collection<D>,
  document: D,
  send: Send,
): Promise<void> {
  if (document.outbox.length === 0) return;
  await send(document.outbox);
  const loose = documents as unknown as Collection<OutboxDocument>;
  await loose.findOneAndUpdate(
    { _id: document._id, rev: document.rev },
    { $set: { outbox: [], unsent: false } },
  );
}

/** Sends what crashes left behind. @returns how many aggregates had something to send */
export async function sweepOutbox<D extends OutboxDocument>(
  documents: Collection<D>,
  send: Send,
): Promise<number> {
  const loose = documents as unknown as Collection<OutboxDocument>;
  const left = await loose.find({ unsent: true }, { limit: SWEEP_LIMIT, projection: NEEDED });
  for (const document of left) await relay(loose, document, send);
  return left.length;
}
