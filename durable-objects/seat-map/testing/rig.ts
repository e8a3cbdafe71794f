import { chainRows, GENESIS } from "../core/chain.ts";
import { decodePlan, encodePlan } from "../core/layout.ts";
import { SeatMap } from "../core/seat-map.ts";
import { encodeSnapshot } from "../core/snapshot.ts";
import { SeatMapState } from "../core/state.ts";
import type { OpenResult, SeatCommand, SeatPlan, SeatResult } from "../rpc.ts";
import { recover, replay } from "../storage/recover.ts";
import type { SeatMapStorage } from "../storage/storage.ts";

export const LOCK_TTL_MS = 3_000;

/** A core over a storage, one flush a call, with a clock to set: a SeatMap without its object. */
export class Rig {
  readonly storage: SeatMapStorage;
  map: SeatMap;
  /** What the clock reads; it may be set back. */
  reading = 1_000_000;

  constructor(storage: SeatMapStorage) {
    this.storage = storage;
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

  compact(): void {
    this.storage.commit({
      rows: [],
      snapshot: { ...this.storage.head(), body: encodeSnapshot(this.map.state) },
    });
  }

  restart(): void {
    this.map = this.#wake();
  }

  flush(isReplanned = false): void {
    const rows = chainRows(this.map.takeEntries(), this.map.epoch, this.storage.head());
    this.storage.commit(isReplanned ? { rows, plan: encodePlan(this.map.state.opened!) } : { rows });
  }

  #wake(): SeatMap {
    return new SeatMap(recover(this.storage), { epoch: this.storage.beginEpoch(), lockTtlMs: LOCK_TTL_MS });
  }
}

/** All that a state says, as text to compare; without the clock, which may have been read since the last entry. */
export function dump(state: SeatMapState): string {
  const places = state.opened ? [...state.opened.places.state, ...state.opened.places.holder] : [];
  return `${encodeSnapshot(state).replace(/"clock":\d+,/, "")} ${places.join()}`;
}

/** The state that the whole log tells, snapshots left aside. */
export function replayFromGenesis(storage: SeatMapStorage): SeatMapState {
  const state = new SeatMapState();
  const plan = storage.plan();
  if (plan !== undefined) state.opened = decodePlan(plan);
  replay(storage, state, GENESIS);
  return state;
}
