import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStorage } from "./storage/memory.ts";
import { SqliteStorage } from "./storage/sqlite.ts";
import type { SeatMapStorage } from "./storage/storage.ts";
import { nodeSqlite } from "./testing/node-sqlite.ts";
import { agreesWithModel } from "./testing/property.ts";

describe.each([
  { name: "in memory", storageOf: () => new MemoryStorage() },
  { name: "in SQLite", storageOf: () => new SqliteStorage(nodeSqlite()) },
])("the seat map $name", ({ storageOf }) => {
  it("agrees with the model after every step", () => {
    let compacted = 0;
    const note = (storage: SeatMapStorage) => {
      compacted += storage.forgottenSeq() > 0 ? 1 : 0;
    };
    fc.assert(agreesWithModel(storageOf, note), { seed: 20_260_701, numRuns: 500 });
    // Otherwise nothing was shown of rows that are gone.
    expect(compacted).toBeGreaterThan(50);
  });
});
