import type { BuyerLimits } from "../core/buyer-limits.ts";
import { chainRows, GENESIS, verifyRow } from "../core/chain.ts";
import type { Decision } from "../core/decision.ts";
import { decodeEntries } from "../core/entry.ts";
import { decodePlan, encodePlan } from "../core/layout.ts";
import { SeatMap } from "../core/seat-map.ts";
import { encodeSnapshot } from "../core/snapshot.ts";
import { SeatMapState } from "../core/state.ts";
import type { OpenResult, SeatCommand, SeatPlan, SeatResult } from "../rpc.ts";
import { nextSegment } from "../service/segment.ts";
import { recover } from "../storage/recover.ts";
import type { SeatMapStorage } from "../storage/storage.ts";
import { MemoryArchive } from "./memory-archive.ts";

export const LOCK_TTL_MS = 3_000;

/** A core over a storage, one flush a call, with a clock to set: a SeatMap without its object. */
export class Rig {
  readonly storage: SeatMapStorage;
  readonly archive = new MemoryArchive();
  map: SeatMap;
  /** What the clock reads; it may be set back. */
  reading = 1_000_000;

  readonly #buyerLimits: BuyerLimits | undefined;

  constructor(storage: SeatMapStorage, buyerLimits?: BuyerLimits) {
    this.storage = storage;
    this.#buyerLimits = buyerLimits;
    this.map = this.#wake();
  }

  open(plan: SeatPlan): OpenResult {
    const before = this.map.state.seq;
    const result = this.map.open(plan, this.map.observe(this.reading));
    this.flush(this.map.state.seq > before);
    return result;
  }

  do(command: SeatCommand): SeatResult {
    const { result } = this.map.judge(command, this.map.observe(this.reading));
    this.flush();
    return result;
  }

  /** Judges, but the process dies before the flush. */
  lose(command: SeatCommand): void {
    this.map.judge(command, this.map.observe(this.reading));
    this.restart();
  }

  expire(limit = Number.POSITIVE_INFINITY): boolean {
    const more = this.map.expire(this.map.observe(this.reading), limit);
    this.flush();
    return more;
  }

  close(): void {
    this.map.close(this.map.observe(this.reading));
    this.flush();
  }

  snapshot(): void {
    this.storage.commit({
      rows: [],
      snapshot: { ...this.storage.head(), ...encodeSnapshot(this.map.state) },
    });
  }

  /** Hands rows to the archive, from the saved cursor on; the process may die before it saves where it has come. */
  archiveRows(): void {
    const cursor = { afterSeq: this.storage.archivedSeq(), durableSeq: this.storage.head().seq };
    const next = nextSegment(this.storage, this.map.state, cursor);
    if (next && !this.archive.append(next.segment)) throw new Error("the archive refused its own history");
  }

  /** Saves how far the archive has come, and that so much was handed on. */
  saveCursors(): void {
    const { seq } = this.archive;
    this.storage.commit({
      rows: [],
      archivedSeq: seq,
      publishedSeq: Math.max(this.storage.publishedSeq(), seq),
    });
  }

  /** Takes away all rows that nothing needs. */
  forget(): void {
    const { storage } = this;
    const forgetTo = Math.min(storage.archivedSeq(), storage.publishedSeq(), storage.snapshotSeq());
    storage.commit({ rows: [], forgetTo });
  }

  restart(): void {
    this.map = this.#wake();
  }

  flush(isReplanned = false): void {
    const rows = chainRows(this.map.takeEntries(), this.map.epoch, this.storage.head());
    this.storage.commit(isReplanned ? { rows, plan: encodePlan(this.map.state.opened!) } : { rows });
  }

  #wake(): SeatMap {
    return new SeatMap(recover(this.storage), {
      epoch: this.storage.beginEpoch(),
      lockTtlMs: LOCK_TTL_MS,
      buyerLimits: this.#buyerLimits,
    });
  }
}

/** Whose counts are compared. */
const BUYERS = ["usr_1", "usr_2"];

/** All that a state says, as text to compare; without the clock, which may have been read since the last entry. */
export function dump(state: SeatMapState): string {
  const places = state.opened ? [...state.opened.places.state, ...state.opened.places.holder] : [];
  const buyers = BUYERS.map((userId) => state.buyers.of(userId));
  const derived = [places, state.holds, buyers, state.nextToExpire()?.expiresAt];
  const { seq, closed, planVersion, planDigest, decisions } = state;
  const blocked = state.opened?.places.blockedPlaces();
  const decided = decisions.slice(0, decisions.length).map(textOf);
  return JSON.stringify({ seq, closed, planVersion, planDigest, decided, blocked, derived });
}

/** A decision whose steps came in whatever order. */
function textOf({ index, kind, id, userId, status, places, expiresAt, ...steps }: Decision): unknown[] {
  const { lock, refusal, extension, reserve, confirmRefusal, release } = steps;
  const first = [index, kind, id, userId, status, places, expiresAt];
  return [...first, lock, refusal, extension, reserve, confirmRefusal, release];
}

/** The state that the whole log tells, of the archive and of the storage, snapshots left aside. */
export function replayFromGenesis({ storage, archive }: Pick<Rig, "storage" | "archive">): SeatMapState {
  const state = new SeatMapState();
  const plan = storage.plan();
  if (plan !== undefined) state.opened = decodePlan(plan);
  let head = GENESIS;
  for (const row of [...archive.rows, ...storage.rows(archive.seq + 1, 1_000_000)]) {
    verifyRow(row, head);
    for (const entry of decodeEntries(row.entries, row.firstSeq)) state.evolve(entry, row.epoch);
    head = { seq: row.lastSeq, hash: row.hash };
  }
  if (head.seq !== storage.head().seq) throw new Error(`the whole log ends at ${head.seq}`);
  return state;
}
