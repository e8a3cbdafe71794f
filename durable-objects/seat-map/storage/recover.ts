import { GENESIS, type Head, verifyRow } from "../core/chain.ts";
import { decodeEntries } from "../core/entry.ts";
import { decodePlan } from "../core/layout.ts";
import { planDigest } from "../core/plan.ts";
import { restoreSnapshot } from "../core/snapshot.ts";
import { SeatMapState } from "../core/state.ts";
import type { SeatMapStorage } from "./storage.ts";

/** Rows read at a time: with the largest rows there are, some 20 MB. */
const ROWS_PER_READ = 16;

/**
 * The state as the storage has it: the snapshot, then every row after it, each checked against the one
 * before. Throws `BrokenChain`, or a plain error, where what is stored cannot be trusted; serving from it
 * could sell a seat twice.
 */
export function recover(storage: SeatMapStorage): SeatMapState {
  const state = new SeatMapState();
  const snapshot = storage.snapshot();
  let head: Head = GENESIS;
  const stored = storage.plan();
  const opened = stored === undefined ? undefined : decodePlan(stored);
  if (snapshot) {
    restoreSnapshot(snapshot, state, opened);
    head = { seq: snapshot.seq, hash: snapshot.hash };
  } else {
    state.opened = opened;
  }
  if (state.seq !== head.seq) throw new Error(`the snapshot at ${head.seq} holds the state at ${state.seq}`);
  replay(storage, state, head);
  if (opened && planDigest(opened.plan) !== state.planDigest) {
    throw new Error(`the stored plan is not the one that the log opened as version ${state.planVersion}`);
  }
  return state;
}

/** Brings `state`, which is at `head`, to the end of the log. */
function replay(storage: SeatMapStorage, state: SeatMapState, from: Head): void {
  let head = from;
  for (;;) {
    const rows = storage.rows(head.seq + 1, ROWS_PER_READ);
    for (const row of rows) {
      verifyRow(row, head);
      for (const entry of decodeEntries(row.entries, row.firstSeq)) state.evolve(entry, row.epoch);
      if (state.seq !== row.lastSeq)
        throw new Error(`the row at ${row.firstSeq} does not end at ${row.lastSeq}`);
      head = { seq: row.lastSeq, hash: row.hash };
    }
    if (rows.length < ROWS_PER_READ) break;
  }
  const end = storage.head();
  if (end.seq !== head.seq || end.hash !== head.hash) {
    throw new Error(`the log was read up to ${head.seq}, but ends at ${end.seq}`);
  }
  const told = Math.max(storage.publishedSeq(), storage.archivedSeq());
  if (told > end.seq) throw new Error(`the log ends at ${end.seq}, but was handed on up to ${told}`);
}
