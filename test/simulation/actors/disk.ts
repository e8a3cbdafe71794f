import { MemoryStorage } from "#durable-objects/seat-map/storage/memory.ts";
import type { Commit, SeatMapStorage } from "#durable-objects/seat-map/storage/storage.ts";
import type { Chance } from "../kernel/chance.ts";

/**
 * A SeatMap's disk. What was committed is read back at once, and is safe only once it was synced: a crash before that
 * loses any number of the last commits, with the alarms that were set meanwhile.
 */
export class Disk implements SeatMapStorage {
  readonly #chance: Chance;
  #storage = new MemoryStorage();
  #commits: { commit: Commit; alarmAt: number | null }[] = [];
  #synced = 0;
  #epochs = 0;
  #syncedAlarmAt: number | null = null;
  #alarmAt: number | null = null;
  /** Called with each commit, and with `null` when some were lost. */
  onCommit: (commit: Commit | null) => void = () => {};

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  get alarmAt(): number | null {
    return this.#alarmAt;
  }

  /** Set in the turn of a commit it is written with it; alone, it is safe at once. */
  set alarmAt(at: number | null) {
    this.#alarmAt = at;
    const last = this.#commits.at(-1);
    if (last && this.#commits.length > this.#synced) last.alarmAt = at;
    else this.#syncedAlarmAt = at;
  }

  get written(): number {
    return this.#commits.length;
  }

  /** The last entry that no crash can take back. */
  get safeSeq(): number {
    for (let index = this.#synced - 1; index >= 0; index--) {
      const last = this.#commits[index]!.commit.rows.at(-1);
      if (last) return last.lastSeq;
    }
    return 0;
  }

  get all(): readonly Commit[] {
    return this.#commits.map(({ commit }) => commit);
  }

  commit(commit: Commit): void {
    this.#storage.commit(commit);
    this.#commits.push({ commit, alarmAt: this.alarmAt });
    this.onCommit(commit);
  }

  sync(upTo: number): void {
    if (upTo <= this.#synced) return;
    this.#synced = upTo;
    this.#syncedAlarmAt = this.#commits[upTo - 1]!.alarmAt;
  }

  crash(): void {
    const unsynced = this.#commits.length - this.#synced;
    const kept = this.#synced + Math.floor(this.#chance.schedule() * (unsynced + 1));
    const isWhole = kept === this.#commits.length;
    this.#alarmAt = kept > this.#synced ? this.#commits[kept - 1]!.alarmAt : this.#syncedAlarmAt;
    this.#syncedAlarmAt = this.#alarmAt;
    this.#commits = this.#commits.slice(0, kept);
    // What is there after a crash stays.
    this.#synced = kept;
    if (isWhole) return;
    this.#storage = new MemoryStorage();
    for (let epoch = 0; epoch < this.#epochs; epoch++) this.#storage.beginEpoch();
    for (const { commit } of this.#commits) this.#storage.commit(commit);
    this.onCommit(null);
  }

  beginEpoch(): number {
    this.#epochs += 1;
    return this.#storage.beginEpoch();
  }

  head = () => this.#storage.head();
  plan = () => this.#storage.plan();
  snapshot = () => this.#storage.snapshot();
  snapshotSeq = () => this.#storage.snapshotSeq();
  publishedSeq = () => this.#storage.publishedSeq();
  archivedSeq = () => this.#storage.archivedSeq();
  forgottenSeq = () => this.#storage.forgottenSeq();
  rows = (fromSeq: number, limit: number) => this.#storage.rows(fromSeq, limit);
}
