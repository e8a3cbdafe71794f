import { drawnFrom, type Pace, pauseMs } from "#shared/backoff.ts";
import { Unavailable } from "#shared/errors/problem.ts";
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
  /** How often the log has refused what is in it; absent where it never has. */
  refusals?: number;
  /** Until then no sweep tries it again. */
  sendAfter?: Date | null;
}

/** How many aggregates one sweep sends at most. */
const SWEEP_LIMIT = 100;

/** What else an aggregate holds may be large, and is not needed to send. */
const NEEDED = { outbox: 1, unsent: 1, rev: 1, refusals: 1 };

/**
 * What the log refuses is tried again, in case the fault is ours and is mended: a day long. After that it stays where
 * it is, unsent: the auditor finds it, and a person is needed.
 */
const REFUSED_PACE: Pace = { firstMs: 60_000, longestMs: 3_600_000 };
const MAX_REFUSALS = 30;
const NEVER = new Date("9999-12-31T00:00:00Z");

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
  const { filter, update } = emptied(document);
  await asOutboxes(documents).findOneAndUpdate(filter, update);
}

/** The same for several: one call to the log, and one to the pool. @throws what `send` throws: then nothing of it counts as sent */
export async function relayEach<D extends OutboxDocument>(
  documents: Collection<D>,
  some: D[],
  send: Send,
): Promise<void> {
  const full = some.filter(({ outbox }) => outbox.length > 0);
  if (full.length === 0) return;
  await send(full.flatMap(({ outbox }) => outbox));
  await noteSent(documents, full);
}

/** Empties the outboxes of some, whose messages were sent: of each, unless it was written since. */
export async function noteSent<D extends OutboxDocument>(documents: Collection<D>, sent: D[]): Promise<void> {
  await asOutboxes(documents).updateEach(sent.map(emptied));
}

/** Other updates, and that these were sent: what one call to the pool does. */
export function withSent<U>(updates: U[], sent: OutboxDocument[]): (U | ReturnType<typeof emptied>)[] {
  return [...updates, ...sent.map(emptied)];
}

function emptied({ _id, rev, refusals }: OutboxDocument) {
  const accepted = refusals ? { refusals: 0, sendAfter: null } : {};
  return { filter: { _id, rev }, update: { $set: { outbox: [], unsent: false, ...accepted } } };
}

const asOutboxes = <D extends OutboxDocument>(documents: Collection<D>) =>
  documents as unknown as Collection<OutboxDocument>;

/**
 * Sends what crashes left behind. What the log refuses of one aggregate is set aside, and does not stand in the way of
 * the others.
 * @returns how many aggregates had something to send, and had it taken
 * @throws Unavailable when the log or the database does not answer; the log's first refusal, once all have been tried
 */
export async function sweepOutbox<D extends OutboxDocument>(
  documents: Collection<D>,
  send: Send,
  now: Date,
): Promise<number> {
  const loose = asOutboxes(documents);
  const isDue = { $or: [{ sendAfter: null }, { sendAfter: { $lte: now } }] };
  const left = await loose.find({ unsent: true, ...isDue }, { limit: SWEEP_LIMIT, projection: NEEDED });
  const refusals: unknown[] = [];
  for (const document of left) {
    try {
      await relay(loose, document, send);
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      refusals.push(error);
      await setAside(loose, document, now);
    }
  }
  if (refusals.length > 0) throw refusals[0];
  return left.length;
}

async function setAside(documents: Collection<OutboxDocument>, document: OutboxDocument, now: Date) {
  const { _id, rev } = document;
  const refusals = (document.refusals ?? 0) + 1;
  const pause = pauseMs(REFUSED_PACE, refusals, drawnFrom(`${_id}:${refusals}`));
  const sendAfter = refusals < MAX_REFUSALS ? new Date(now.getTime() + pause) : NEVER;
  await documents.findOneAndUpdate({ _id, rev }, { $set: { refusals, sendAfter } });
}
