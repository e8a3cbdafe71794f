import { chainRows } from "../core/chain.ts";
import { decodeEntries, type Entry } from "../core/entry.ts";
import { encodePlan } from "../core/layout.ts";
import type { SeatMap } from "../core/seat-map.ts";
import { encodeSnapshot } from "../core/snapshot.ts";
import type { LedgerSegment } from "../rpc.ts";
import type { Commit, SeatMapStorage } from "../storage/storage.ts";
import { type Flushing, GroupCommit } from "./group-commit.ts";
import { RecentEntries } from "./recent-entries.ts";
import { nextSegment } from "./segment.ts";

/** Some 5 ms of a wake. */
const ENTRIES_PER_SNAPSHOT = 2_500;

/** Log rows decoded at a time to be published. */
const ROWS_PER_DRAIN = 4;

/** Entries made into answers in one turn: some 2 ms. */
const ENTRIES_PER_DRAIN = 1_000;

/**
 * So many answers may have been handed on and not be noted as such, while flushes follow one another: after a crash they
 * are told once more, as those of the flush before would be. It spares a lone lock a second statement and a second page.
 */
const CURSOR_LAG = 256;

/** How far the log was handed on: to the saga, and to the archive. */
export interface Cursors {
  readonly publishedSeq: number;
  readonly archivedSeq: number;
}

export interface MapLogDeps extends Omit<Flushing, "write"> {
  map: SeatMap;
  storage: SeatMapStorage;
  entriesPerSnapshot?: number | undefined;
  /** Read with each flush, and saved with it. */
  cursors(): Cursors;
  /** A flush has been written: what is done here is in its transaction. */
  written(): void;
}

/** The log of a map: each flush writes what was decided since the one before; what is durable is read back here. */
export class MapLog {
  readonly commits: GroupCommit;
  readonly #deps: MapLogDeps;
  readonly #recent = new RecentEntries();
  /** The plan in force came with an entry up to here. */
  #planSeq = 0;
  #isPlanUnwritten = false;

  constructor(deps: MapLogDeps) {
    this.#deps = deps;
    const { nextTurn, synced, flushed, failed } = deps;
    const write = () => this.#write();
    this.commits = new GroupCommit({ nextTurn, write, synced, flushed, failed }, deps.map.state.seq);
  }

  /** The last entry has brought a plan, which the next flush is to write. */
  planned(): void {
    this.#planSeq = this.#deps.map.state.seq;
    this.#isPlanUnwritten = true;
  }

  /** Whether the saved cursors are behind. */
  get lags(): boolean {
    const { storage, cursors } = this.#deps;
    const { publishedSeq, archivedSeq } = cursors();
    return publishedSeq > storage.publishedSeq() || archivedSeq > storage.archivedSeq();
  }

  /** Some durable entries after `afterSeq`, in order: those of this wake from memory, older ones from the log. */
  entriesAfter(afterSeq: number): Entry[] {
    const { durableSeq } = this.commits;
    this.#recent.forget(afterSeq);
    // Each run ends with this question: the log need not be read for it.
    if (afterSeq >= durableSeq) return [];
    const recent = this.#recent.between(afterSeq, durableSeq, ENTRIES_PER_DRAIN);
    if (recent) return recent;
    const rows = this.#deps.storage.rows(afterSeq + 1, ROWS_PER_DRAIN);
    return rows
      .filter(({ lastSeq }) => lastSeq <= durableSeq)
      .flatMap(({ entries, firstSeq }) => decodeEntries(entries, firstSeq))
      .filter(({ seq }) => seq > afterSeq);
  }

  /** The durable rows after entry `afterSeq`, as the archive takes them; undefined where there are none. */
  segmentAfter(afterSeq: number): { segment: LedgerSegment; isFull: boolean } | undefined {
    const { durableSeq } = this.commits;
    const { map, storage } = this.#deps;
    // Rows are read in the plan in force, which must be one that no crash takes back.
    if (this.#planSeq > durableSeq) return undefined;
    return nextSegment(storage, map.state, { afterSeq, durableSeq });
  }

  /** One flush: all that was decided since the last one, in one transaction with the alarm that it needs. */
  #write(): number {
    const { storage, map, written } = this.#deps;
    const { state, epoch } = map;
    state.decisions.trim();
    const entries = map.takeEntries();
    const rows = chainRows(entries, epoch, storage.head());
    const commit: Commit = { rows };
    if (this.#isPlanUnwritten && state.opened) commit.plan = encodePlan(state.opened);
    const { publishedSeq, archivedSeq } = this.#deps.cursors();
    const needsSnapshot = this.#needsSnapshot();
    const told = publishedSeq - storage.publishedSeq();
    if (told >= CURSOR_LAG || (told > 0 && (needsSnapshot || rows.length === 0)))
      commit.publishedSeq = publishedSeq;
    if (archivedSeq > storage.archivedSeq()) commit.archivedSeq = archivedSeq;
    if (needsSnapshot) {
      const hash = rows.at(-1)?.hash ?? storage.head().hash;
      commit.snapshot = { seq: state.seq, hash, ...encodeSnapshot(state) };
    }
    const snapshotSeq = commit.snapshot?.seq ?? storage.snapshotSeq();
    const needless = Math.min(snapshotSeq, commit.publishedSeq ?? storage.publishedSeq(), archivedSeq);
    if (needless > storage.forgottenSeq()) commit.forgetTo = needless;
    storage.commit(commit);
    this.#recent.note(entries);
    this.#isPlanUnwritten = false;
    written();
    return state.seq;
  }

  /** A snapshot costs as much as decisions are in blocks that changed: many of them wait for more entries to share it. */
  #needsSnapshot(): boolean {
    const { storage, map, entriesPerSnapshot = ENTRIES_PER_SNAPSHOT } = this.#deps;
    const { seq, decisions } = map.state;
    return seq - storage.snapshotSeq() >= Math.max(entriesPerSnapshot, decisions.changed / 4);
  }
}
