import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerSegment } from "./rpc.ts";
import { SeatMapService } from "./service/seat-map-service.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { SqliteStorage } from "./storage/sqlite.ts";
import type { SeatMapStorage } from "./storage/storage.ts";
import { LIMITS } from "./testing/arbitrary.ts";
import { MemoryArchive } from "./testing/memory-archive.ts";
import { moodyArchive } from "./testing/moody-archive.ts";
import { nodeSqlite } from "./testing/node-sqlite.ts";
import { objectAgreesWithModel, type Stage } from "./testing/object-property.ts";
import { settle } from "./testing/platform.ts";

const LOCK_TTL_MS = 300_000;

/** A service over a storage that outlives it; the process ends where it stands. */
function stageOver(reopen: () => SeatMapStorage): Stage {
  const world: Stage["world"] = {
    ...{ now: 1_000_000_000, publisherIsDown: false, archiveMood: "up", published: [] },
    archive: new MemoryArchive(),
  };
  const archive = moodyArchive(world);
  const wake = () => {
    let isOver = false;
    const unlessOver = () => {
      if (isOver) throw new Error("this life is over");
    };
    const service = new SeatMapService({
      storage: reopen(),
      ...{ clock: () => world.now, random: () => 0.5, lockTtlMs: LOCK_TTL_MS, entriesPerSnapshot: 3 },
      buyerLimits: LIMITS,
      async publish(answers) {
        unlessOver();
        if (world.publisherIsDown) throw new Error("the publisher is down");
        world.published.push(...answers);
      },
      archive: (segment: LedgerSegment) => archive.append(segment),
      nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
      synced: () => Promise.resolve(),
      abort: (error) => {
        throw error;
      },
      ...{ setAlarm: () => {}, log: () => {} },
    });
    const end = () => {
      isOver = true;
    };
    return { service, end };
  };
  let life = wake();
  return {
    ...{ world, lockTtlMs: LOCK_TTL_MS, settle, release: archive.release },
    map: () => life.service,
    async end() {
      life.end();
      life = wake();
    },
    async alarm() {
      // A slow archive keeps an alarm waiting; whatever comes meanwhile does not.
      void life.service.alarm();
    },
  };
}

describe.each([
  {
    name: "in memory",
    storageOf: () => {
      const storage = new MemoryStorage();
      return () => storage;
    },
  },
  {
    name: "in SQLite",
    storageOf: () => {
      const database = new DatabaseSync(":memory:");
      return () => new SqliteStorage(nodeSqlite(database));
    },
  },
])("a seat map $name, its publisher and its archive", ({ storageOf }) => {
  it("agree with the model, whatever becomes of each of them", async () => {
    let compacted = 0;
    const property = objectAgreesWithModel(
      async () => stageOver(storageOf()),
      ["up", "up", "down", "lost", "slow"],
      (hasForgotten) => {
        compacted += hasForgotten ? 1 : 0;
      },
    );
    await fc.assert(property, { seed: 20_260_703, numRuns: 300 });
    // Otherwise nothing was shown of rows that are gone.
    expect(compacted).toBeGreaterThan(100);
  });
});
