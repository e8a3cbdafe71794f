import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Committer } from "./committer.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mongo-committer-"));
  path = join(folder, "mongo.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = (reason: string) => {
  throw new Error(reason);
};
const put = (record: number) =>
  ({ kind: "put", record, collection: 1, bson: Uint8Array.of(record & 0xff) }) as const;

// Group commit: https://www.sqlite.org/faq.html#q19 (one transaction, one wait for the disk)
describe("Committer", () => {
  it("gives all that is appended in one turn one commit, and what comes meanwhile the next", async () => {
    const { committer } = await Committer.open(path, never);
    const append = (record: number) => {
      committer.append(put(record));
      return committer.covered();
    };
    const first = Array.from({ length: 100 }, (_, at) => append(at));
    expect(new Set(first).size).toBe(1);
    await new Promise(setImmediate);
    const second = [append(100), append(101)];
    expect(new Set([...first, ...second]).size).toBe(2);
    const order: number[] = [];
    await Promise.all([first[0]?.then(() => order.push(1)), second[0]?.then(() => order.push(2))]);
    expect(order).toEqual([1, 2]);
    await committer.close();
  });

  it("reads back what was committed, in order, after it is opened again", async () => {
    const { committer, snapshot } = await Committer.open(path, never);
    expect(snapshot).toEqual({ collections: [], documents: [], sessions: [] });
    for (const record of [3, 1, 2]) committer.append(put(record));
    committer.append({ kind: "remove", record: 1 });
    committer.append({ kind: "collection", collection: 2, bson: Uint8Array.of(9) });
    committer.append({ kind: "put", record: 4, collection: 2, bson: Uint8Array.of(4) });
    committer.append({ kind: "drop", collection: 2 });
    committer.append({ kind: "session", session: "s", bson: Uint8Array.of(5) });
    committer.append({ kind: "session", session: "t", bson: Uint8Array.of(6) });
    committer.append({ kind: "forget", session: "t" });
    await committer.close();
    const again = await Committer.open(path, never);
    expect(again.snapshot.documents.map(({ record }) => record)).toEqual([2, 3]);
    expect(again.snapshot.collections).toEqual([]);
    expect(again.snapshot.sessions.map(({ session }) => session)).toEqual(["s"]);
    await again.committer.close();
  });

  it("stores nothing of a batch with one bad operation, never says it is covered, and reports it once", async () => {
    const failures: string[] = [];
    const failed = Promise.withResolvers<void>();
    const { committer } = await Committer.open(path, (reason) => {
      failures.push(reason);
      failed.resolve();
    });
    let covered = false;
    committer.append(put(1));
    committer.append({ ...put(2), collection: null as unknown as number });
    void committer.covered().then(() => {
      covered = true;
    });
    await failed.promise;
    committer.append(put(3));
    await committer.close();
    expect(failures).toHaveLength(1);
    expect(covered).toBe(false);
    const again = await Committer.open(path, never);
    expect(again.snapshot.documents).toEqual([]);
    await again.committer.close();
  });

  it("is not opened twice", async () => {
    const { committer } = await Committer.open(path, never);
    await expect(Committer.open(path, never)).rejects.toThrow(/locked/);
    await committer.close();
  });
});
