import fc from "fast-check";
import { describe, it } from "vitest";
import { MemoryStorage } from "./storage/memory.ts";
import { SqliteStorage } from "./storage/sqlite.ts";
import { nodeSqlite } from "./testing/node-sqlite.ts";
import { agreesWithModel } from "./testing/property.ts";

describe.each([
  { name: "in memory", storageOf: () => new MemoryStorage() },
  { name: "in SQLite", storageOf: () => new SqliteStorage(nodeSqlite()) },
])("the seat map $name", ({ storageOf }) => {
  it("agrees with the model after every step", () => {
    fc.assert(agreesWithModel(storageOf), { seed: 20_260_701, numRuns: 500 });
  });
});
