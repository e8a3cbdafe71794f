import { Long } from "bson";
import type { Clock } from "#shared/clock.ts";
import { MongoFailure } from "../errors.ts";
import { MAX_SESSIONS, SESSION_TIMEOUT_MINUTES } from "../limits.ts";
import { encodeReply, RawDocument } from "../wire/reply.ts";
import { type Doc, decode, decodeOwn } from "../wire/values.ts";
import type { Journal } from "./committer.ts";
import type { Snapshot } from "./operations.ts";

type Executed = { txnNumber: bigint; usedAt: number; reply: Uint8Array };

const SESSION_TIMEOUT_MS = SESSION_TIMEOUT_MINUTES * 60_000;

/**
 * The last write of every session with its answer, stored in the same transaction as the write itself:
 * a retry after a lost answer gets that answer and changes nothing, even after a crash.
 * https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md
 */
export class RetryableWrites {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #executed = new Map<string, Executed>();

  constructor(journal: Journal, snapshot: Snapshot, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
    for (const { session, bson } of snapshot.sessions) {
      const stored = decode(bson) as { txnNumber: Long; usedAt: Long; reply: Doc };
      this.#executed.set(session, {
        txnNumber: stored.txnNumber.toBigInt(),
        usedAt: stored.usedAt.toNumber(),
        reply: new Uint8Array(encodeReply(stored.reply)),
      });
    }
  }

  /** The answer already given to this write, or null when it is new. Throws TransactionTooOld. */
  recall(session: string, txnNumber: bigint): Doc | null {
    const last = this.#executed.get(session);
    if (!last || txnNumber > last.txnNumber) {
      if (!last && this.#executed.size >= MAX_SESSIONS) {
        throw new MongoFailure(261, `cannot remember another session: ${MAX_SESSIONS} are active`);
      }
      return null;
    }
    if (txnNumber < last.txnNumber) {
      throw new MongoFailure(
        225,
        `Retryable write with txnNumber ${txnNumber} is prohibited on this session because a newer ` +
          `retryable write with txnNumber ${last.txnNumber} has already started on this session.`,
      );
    }
    return decodeOwn(last.reply);
  }

  /** Remembers a write that was carried out, with its answer. */
  remember(session: string, txnNumber: bigint, reply: Doc): void {
    const executed = { txnNumber, usedAt: this.#clock(), reply: new Uint8Array(encodeReply(reply)) };
    this.#executed.set(session, executed);
    const bson = encodeReply({
      txnNumber: Long.fromBigInt(txnNumber),
      usedAt: Long.fromNumber(executed.usedAt),
      reply: new RawDocument(executed.reply),
    });
    this.#journal.append({ kind: "session", session, bson });
  }

  /** Ends one session: its client will not retry any more. */
  forget(session: string): void {
    if (this.#executed.delete(session)) this.#journal.append({ kind: "forget", session });
  }

  /** Forgets sessions that nobody has used for the announced time. */
  sweep(): void {
    const oldest = this.#clock() - SESSION_TIMEOUT_MS;
    for (const [session, { usedAt }] of this.#executed) {
      if (usedAt < oldest) this.forget(session);
    }
  }
}
