import type { LedgerSegment, SeatAnswer } from "../rpc.ts";
import type { SeatMapDeps } from "../service/deps.ts";
import { SeatMapService } from "../service/seat-map-service.ts";
import { MemoryStorage } from "../storage/memory.ts";
import type { Commit } from "../storage/storage.ts";
import { planOf } from "./commands.ts";
import { MemoryArchive } from "./memory-archive.ts";

/** A disk that can fail, and that counts its flushes. */
class Disk extends MemoryStorage {
  broken = false;
  commits = 0;

  override commit(commit: Commit): void {
    if (this.broken) throw new Error("the disk is full");
    this.commits += 1;
    super.commit(commit);
  }
}

/** A SeatMap without its object: the platform around it is what `seen` says, and tells `seen` what it did. */
export function platform(disk = new Disk()) {
  const seen = {
    disk,
    now: 1_000_000,
    published: [] as SeatAnswer[],
    batches: [] as number[],
    publisherIsDown: false,
    archive: new MemoryArchive(),
    segments: [] as LedgerSegment[],
    archiveIsDown: false,
    aborted: 0,
    alarms: [] as number[],
    logged: [] as string[],
    beforePublish: () => Promise.resolve(),
    beforeArchive: () => Promise.resolve(),
    sync: () => Promise.resolve(),
  };
  const deps: SeatMapDeps = {
    storage: disk,
    clock: () => seen.now,
    random: () => 0.5,
    lockTtlMs: 300_000,
    async publish(answers) {
      await seen.beforePublish();
      if (seen.publisherIsDown) throw new Error("the publisher is down");
      seen.batches.push(answers.length);
      seen.published.push(...answers);
    },
    async archive(segment) {
      await seen.beforeArchive();
      if (seen.archiveIsDown) throw new Error("the archive is down");
      if (!seen.archive.append(segment)) throw new Error("the archive has another history");
      seen.segments.push(segment);
    },
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    synced: () => seen.sync(),
    abort: () => {
      seen.aborted += 1;
    },
    setAlarm: (at) => void seen.alarms.push(at),
    log: (event) => void seen.logged.push(event),
  };
  return { seen, map: new SeatMapService(deps), wake: () => new SeatMapService(deps) };
}

export async function opened(seats = 500) {
  const it = platform();
  await it.map.open(planOf(seats));
  return it;
}

export const told = (answers: SeatAnswer[]) => answers.map(({ owner, kind }) => `${owner.id} ${kind}`);

/** Runs everything that is ready to run. */
export const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};
