import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { nodeSqlite } from "../seat-map/testing/node-sqlite.ts";
import type { SqliteHandle } from "./handle.ts";
import { checksumsOf, migrate } from "./migrate.ts";

const STEPS = ["CREATE TABLE a (x)", "CREATE TABLE b (y)"];
const schema = (...steps: string[]) => ({ of: "a thing", steps });

let database: DatabaseSync;
let handle: SqliteHandle;
beforeEach(() => {
  database = new DatabaseSync(":memory:");
  handle = nodeSqlite(database);
});
/** All there is: tables with their text, and the records. */
const everything = () => [
  handle.sql.exec("SELECT name, sql FROM sqlite_master ORDER BY name").toArray(),
  handle.sql.exec("SELECT * FROM migration").toArray(),
];

describe("an object's schema", () => {
  it("is applied once, and goes on where it stopped", () => {
    migrate(handle, schema(STEPS[0]!));
    migrate(handle, schema(...STEPS));
    const after = everything();
    migrate(handle, schema(...STEPS));
    expect(everything()).toEqual(after);
    expect(after[1]).toEqual(checksumsOf(STEPS).map((hash, n) => ({ version: n + 1, hash })));
  });

  it("is applied as a whole or not at all", () => {
    migrate(handle, schema(STEPS[0]!));
    const before = everything();
    expect(() => migrate(handle, schema(...STEPS, "CREATE TABLE c (x) NONSENSE"))).toThrow("NONSENSE");
    expect(everything()).toEqual(before);
  });

  it("may be one of several in one object, each recorded by itself", () => {
    migrate(handle, schema(STEPS[0]!));
    migrate(handle, { of: "another", table: "told_migration", steps: [STEPS[1]!] });
    migrate(handle, schema(STEPS[0]!, "CREATE TABLE c (z)"));
    expect(everything()[1]).toHaveLength(2);
  });

  it.each([
    [
      "a step that was applied has changed",
      schema("CREATE TABLE a (z)", STEPS[1]!),
      "a thing: migration 1 was changed",
    ],
    [
      "a step is gone from the middle",
      schema(STEPS[1]!, "CREATE TABLE c (z)"),
      "a thing: migration 1 was changed",
    ],
    [
      "the tables are newer than the code",
      schema(STEPS[0]!),
      "a thing: the tables are at version 2, this code only knows 1",
    ],
  ])("is refused, and nothing is touched, where %s", (_, other, message) => {
    migrate(handle, schema(...STEPS));
    const before = everything();
    expect(() => migrate(handle, other)).toThrow(message);
    expect(everything()).toEqual(before);
  });

  it("takes over records of before there were checksums, which are held to them from then on", () => {
    database.exec("CREATE TABLE migration (version INTEGER PRIMARY KEY); INSERT INTO migration VALUES (1)");
    database.exec(STEPS[0]!);
    migrate(handle, schema(...STEPS));
    expect(everything()[1]).toEqual(checksumsOf(STEPS).map((hash, n) => ({ version: n + 1, hash })));
    expect(() => migrate(handle, schema("CREATE TABLE a (z)", STEPS[1]!))).toThrow("migration 1 was changed");
  });

  it("is refused where such records are newer than the code", () => {
    database.exec(
      "CREATE TABLE migration (version INTEGER PRIMARY KEY); INSERT INTO migration VALUES (1), (2), (3)",
    );
    expect(() => migrate(handle, schema(...STEPS))).toThrow("at version 3");
  });
});
