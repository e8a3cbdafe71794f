import { randomInt } from "node:crypto";
import { Long } from "bson";
import type { Clock } from "#shared/clock.ts";
import { MongoFailure } from "../errors.ts";
import { CURSOR_IDLE_MS, MAX_CURSORS, MAX_DOCUMENT_BYTES } from "../limits.ts";
import { RawDocument } from "../wire/reply.ts";
import type { Doc } from "../wire/values.ts";

type Cursor = { namespace: string; rest: Uint8Array[]; usedAt: number };

/** Ids are random and fit a double, as every driver can hold them. */
const MAX_CURSOR_ID = 2 ** 48 - 1;

/** Results that are read in batches. A cursor holds what its query found when it was opened. */
export class Cursors {
  readonly #clock: Clock;
  readonly #open = new Map<number, Cursor>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The reply of a command that opens a cursor. `single` closes it after the first batch. */
  open(namespace: string, results: Uint8Array[], batchSize: number, single: boolean): Doc {
    const batch = takeBatch(results, batchSize);
    const rest = results.slice(batch.length);
    let id = 0;
    if (rest.length > 0 && !single) {
      if (this.#open.size >= MAX_CURSORS) throw new MongoFailure(2, `too many open cursors: ${MAX_CURSORS}`);
      id = randomInt(1, MAX_CURSOR_ID);
      this.#open.set(id, { namespace, rest, usedAt: this.#clock() });
    }
    return { cursor: { firstBatch: batch, id: Long.fromNumber(id), ns: namespace } };
  }

  /** The next batch. Throws CursorNotFound for an unknown id, or one of another collection. */
  next(id: number, namespace: string, batchSize: number): Doc {
    const cursor = this.#open.get(id);
    if (!cursor || cursor.namespace !== namespace) throw new MongoFailure(43, `cursor id ${id} not found`);
    const batch = takeBatch(cursor.rest, batchSize);
    cursor.rest = cursor.rest.slice(batch.length);
    cursor.usedAt = this.#clock();
    if (cursor.rest.length === 0) this.#open.delete(id);
    const left = cursor.rest.length > 0 ? id : 0;
    return { cursor: { nextBatch: batch, id: Long.fromNumber(left), ns: namespace } };
  }

  /** Closes a cursor of this collection; false when there is none. */
  kill(id: number, namespace: string): boolean {
    return this.#open.get(id)?.namespace === namespace && this.#open.delete(id);
  }

  /** Closes cursors that nobody has read for a while. */
  sweep(): void {
    const oldest = this.#clock() - CURSOR_IDLE_MS;
    for (const [id, { usedAt }] of this.#open) if (usedAt < oldest) this.#open.delete(id);
  }

  /** How many are open, for serverStatus. */
  get count(): number {
    return this.#open.size;
  }
}

/** At most `batchSize` documents and 16 MB, but one document at least when any is asked for. */
function takeBatch(results: Uint8Array[], batchSize: number): RawDocument[] {
  const batch: RawDocument[] = [];
  let bytes = 0;
  for (const result of results) {
    bytes += result.length;
    if (batch.length >= batchSize || (batch.length > 0 && bytes > MAX_DOCUMENT_BYTES)) break;
    batch.push(new RawDocument(result));
  }
  return batch;
}
