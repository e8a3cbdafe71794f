import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { type GroupCommit, groupCommit, Overloaded } from "./group-commit.ts";

let dir: string;
let db: DatabaseSync;
let commits: number;
let group: GroupCommit;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stripe-"));
  db = openDatabase(dir);
  db.exec("CREATE TABLE t (n INTEGER)");
  commits = 0;
  group = groupCommit(db, () => {
    commits += 1;
  });
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const insert = (n: number) => () => {
  db.prepare("INSERT INTO t VALUES (?)").run(n);
  return n;
};
const stored = () =>
  db
    .prepare("SELECT n FROM t ORDER BY rowid")
    .all()
    .map((row) => row.n);

describe("group commit", () => {
  test("many writes in order, in one transaction", async () => {
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => group.write(insert(n))));
    expect(results).toEqual([1, 2, 3, 4, 5]);
    expect(stored()).toEqual([1, 2, 3, 4, 5]);
    expect(commits).toBe(1);
  });

  test("one that fails takes back its own work alone", async () => {
    const failing = () => {
      insert(99)();
      throw new Error("no");
    };
    const results = await Promise.allSettled([
      group.write(insert(1)),
      group.write(failing),
      group.write(insert(2)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(stored()).toEqual([1, 2]);
  });

  test("nothing of a batch is acknowledged when its commit fails, and the next batch works", async () => {
    db.exec("CREATE TABLE child (t INTEGER REFERENCES objects (seq) DEFERRABLE INITIALLY DEFERRED)");
    const orphan = () => db.exec("INSERT INTO child VALUES (404)");
    const results = await Promise.allSettled([group.write(insert(1)), group.write(orphan)]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(stored()).toEqual([]);
    expect(commits).toBe(0);
    await group.write(insert(3));
    expect(stored()).toEqual([3]);
  });

  test("a queue that is too long refuses; drain waits for all of it", async () => {
    const accepted = Array.from({ length: 10_000 }, (_, n) => group.write(insert(n)));
    await expect(group.write(insert(-1))).rejects.toThrow(Overloaded);
    await group.drain();
    expect(stored()).toHaveLength(10_000);
    await Promise.all(accepted);
  });
});
