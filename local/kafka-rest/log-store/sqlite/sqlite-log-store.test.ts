import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { describeLogStore } from "../log-store.contract.ts";
import { openSqliteLogStore, type SqliteLogStoreOptions } from "./sqlite-log-store.ts";

const LIMITS = { maxRecords: 1_000, maxBytes: 1_000_000 };
const unexpected = (error: Error) => {
  throw error;
};

const contractDirectory = mkdtempSync(join(tmpdir(), "kafka-rest-"));
afterAll(() => rmSync(contractDirectory, { recursive: true, force: true }));
const open = (tailCacheBytes: number) => () =>
  openSqliteLogStore({ directory: contractDirectory, onFailure: unexpected, tailCacheBytes });

describeLogStore("SqliteLogStore, served from its cache", open(32 * 1024 * 1024));
describeLogStore("SqliteLogStore, served from its database", open(0));

describe("SqliteLogStore", () => {
  async function openStore(options: Partial<SqliteLogStoreOptions> = {}) {
    const directory = options.directory ?? temporaryDirectory();
    const store = await openSqliteLogStore({ directory, onFailure: unexpected, ...options });
    onTestFinished(async () => await store.close());
    return { store, directory };
  }
  const topic = "t";
  const record = (value: string, timestamp = 0, partition = 0) => {
    return { topic, partition, timestamp, key: null, value, headers: [] };
  };
  const at = (offset: number, partition = 0) => ({ topic, partition, offset });

  it("goes on where it was after a restart: topics, records, offsets, committed", async () => {
    const { store, directory } = await openStore();
    await store.createTopics([{ name: topic, partitions: 2, retentionMs: 5_000 }]);
    await store.append([record("a"), record("b"), record("c", 0, 1)]);
    await store.commit("g", [at(1)]);
    await store.close();

    const { store: again } = await openStore({ directory });
    expect([...(await again.topics()).values()]).toEqual([
      { name: topic, partitions: 2, retentionMs: 5_000 },
    ]);
    expect(await again.committed("g")).toEqual([at(1)]);
    expect(await again.append([record("d")])).toMatchObject([{ offset: 2 }]);
    const values = (await again.read([at(0), at(0, 1)], LIMITS)).map(({ value }) => value);
    expect(values).toEqual(["a", "b", "d", "c"]);
    await again.createTopics([{ name: "u", partitions: 1, retentionMs: 5_000 }]);
    expect(await again.append([{ ...record("e"), topic: "u" }])).toMatchObject([{ offset: 0 }]);
  });

  it("reads the same where the cache holds only the newest records", async () => {
    const { store } = await openStore({ tailCacheBytes: 3_000 });
    await store.createTopics([{ name: topic, partitions: 1, retentionMs: 5_000 }]);
    for (let i = 0; i < 30; i += 1) await store.append([record(`v${i}`)]);
    for (let from = 0; from < 30; from += 1) {
      const read = await store.read([at(from)], LIMITS);
      expect(read.map(({ offset, value }) => `${offset}${value}`)).toEqual(
        Array.from({ length: 30 - from }, (_, i) => `${from + i}v${from + i}`),
      );
    }
  });

  it("deletes what is older than the retention, from the log start only, and goes on counting", async () => {
    let nowMs = 100_000;
    const { store, directory } = await openStore({ clock: () => nowMs });
    await store.createTopics([{ name: topic, partitions: 1, retentionMs: 10_000 }]);
    await store.append([record("a", 95_000), record("b", 99_000), record("c", 91_000)]);
    expect(await store.sweepRetention()).toBe(0);

    nowMs = 105_001;
    expect(await store.sweepRetention()).toBe(1);
    expect(await store.offsets([{ topic, partition: 0 }], "earliest")).toEqual([at(1)]);
    // Below the log start: from the log start on. "c" is old, but "b" before it is not.
    expect((await store.read([at(0)], LIMITS)).map(({ value }) => value)).toEqual(["b", "c"]);

    nowMs = 200_000;
    expect(await store.sweepRetention()).toBe(2);
    expect(await store.read([at(0)], LIMITS)).toEqual([]);
    await store.close();
    const { store: again } = await openStore({ directory, clock: () => nowMs });
    expect(await again.offsets([{ topic, partition: 0 }], "latest")).toEqual([at(3)]);
    expect(await again.append([record("d", nowMs)])).toMatchObject([{ offset: 3 }]);
  });

  it("deletes a bounded number of records in one run, and the rest in the next", async () => {
    const { store } = await openStore({ clock: () => 1_000_000 });
    await store.createTopics([{ name: topic, partitions: 2, retentionMs: 1_000 }]);
    const batch = (partition: number) => Array.from({ length: 3_000 }, () => record("x", 0, partition));
    await Promise.all([store.append(batch(0)), store.append(batch(1))]);
    expect(await store.sweepRetention()).toBe(5_000);
    expect(await store.sweepRetention()).toBe(1_000);
    expect(await store.sweepRetention()).toBe(0);
  });

  it("is the only owner of its directory", async () => {
    const { directory } = await openStore();
    await expect(openStore({ directory })).rejects.toThrow("in use by another process");
  });

  it("acknowledges nothing and reports when a transaction fails", async () => {
    let reported: Error | undefined;
    const { store, directory } = await openStore({
      onFailure: (error) => {
        reported = error;
      },
    });
    await store.createTopics([{ name: topic, partitions: 1, retentionMs: 1_000 }]);
    const intruder = new DatabaseSync(join(directory, "log.db"));
    intruder.exec("BEGIN IMMEDIATE");
    await expect(store.append([record("a")])).rejects.toThrow("locked");
    intruder.close();
    expect(reported?.message).toContain("locked");
    // The offset of the lost record must not be skipped over: nothing is written from now on.
    await expect(store.append([record("b")])).rejects.toThrow("locked");
    expect(await store.read([at(0)], LIMITS)).toEqual([]);
  });

  it("limits the number of groups", async () => {
    const { store } = await openStore();
    await store.createTopics([{ name: topic, partitions: 1, retentionMs: 1_000 }]);
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => store.commit(`g${i}`, [at(1)])));
    await expect(store.commit("one-more", [at(1)])).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await store.commit("g0", [at(2)]);
  });
});
