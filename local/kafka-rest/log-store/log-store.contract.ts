import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogStore, NewRecord, TopicPartitionOffset } from "./log-store.ts";

export type OpenLogStore = () => Promise<LogStore>;

const LIMITS = { maxRecords: 1_000, maxBytes: 1_000_000 };
const RETENTION_MS = 7 * 24 * 3_600_000;

/**
 * What every implementation of the port must do. `open` gives a store to work with; topics get fresh names, so
 * a shared broker will do. Retention and durability depend on the implementation and have suites of their own.
 */
export function describeLogStore(name: string, open: OpenLogStore): void {
  describe(`${name} is a log store`, () => {
    let store: LogStore;
    let topic: string;
    let sequence = 0;

    beforeEach(async () => {
      store = await open();
      sequence += 1;
      topic = `contract.${process.pid}.${Date.now()}.${sequence}`;
      await store.createTopics([{ name: topic, partitions: 3, retentionMs: RETENTION_MS }]);
    });
    afterEach(async () => await store.close());

    const record = (partition: number, value: string, timestamp = Date.now()): NewRecord => {
      return { topic, partition, timestamp, key: "k", value, headers: [{ key: "trace", value: "1" }] };
    };
    const at = (partition: number, offset: number): TopicPartitionOffset => ({ topic, partition, offset });
    const values = async (positions: TopicPartitionOffset[], limits = LIMITS) =>
      (await store.read(positions, limits)).map(({ value }) => value);

    it("lists a created topic, and takes the same creation again with another retention", async () => {
      await store.createTopics([{ name: topic, partitions: 3, retentionMs: RETENTION_MS * 2 }]);
      expect((await store.topics()).get(topic)).toMatchObject({
        partitions: 3,
        retentionMs: RETENTION_MS * 2,
      });
    });

    it("refuses another partition count, and then creates none of the topics named with it", async () => {
      const other = `${topic}.other`;
      const creation = store.createTopics([
        { name: other, partitions: 1, retentionMs: RETENTION_MS },
        { name: topic, partitions: 4, retentionMs: RETENTION_MS },
      ]);
      await expect(creation).rejects.toMatchObject({ code: "PARTITION_COUNT_MISMATCH" });
      expect((await store.topics()).has(other)).toBe(false);
      expect((await store.topics()).get(topic)?.partitions).toBe(3);
    });

    it("lets one of two different creations of one name win", async () => {
      const name = `${topic}.race`;
      const create = (partitions: number) =>
        store.createTopics([{ name, partitions, retentionMs: RETENTION_MS }]);
      const [first, second] = await Promise.allSettled([create(1), create(2)]);
      expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("gives dense offsets per partition and answers in the order of the batch", async () => {
      const batch = [record(0, "a"), record(1, "b"), record(0, "c")];
      const metadata = await store.append(batch);
      expect(metadata.map(({ partition, offset }) => [partition, offset])).toEqual([
        [0, 0],
        [1, 0],
        [0, 1],
      ]);
      expect(await store.append([record(0, "d")])).toMatchObject([{ topic, partition: 0, offset: 2 }]);
      const timestamps = batch.map(({ timestamp }) => timestamp);
      expect(metadata.map(({ timestamp }) => timestamp)).toEqual(timestamps);
    });

    it("keeps concurrent batches together and in order", async () => {
      const batches = Array.from({ length: 40 }, (_, i) => [0, 1, 2].map((n) => record(0, `${i}:${n}`)));
      const answers = await Promise.all(batches.map((batch) => store.append(batch)));
      const read = await store.read([at(0, 0)], LIMITS);
      expect(read.map(({ offset }) => offset)).toEqual(Array.from({ length: 120 }, (_, i) => i));
      for (const [i, [first]] of answers.entries()) {
        const own = read.slice(first?.offset, (first?.offset ?? 0) + 3).map(({ value }) => value);
        expect(own).toEqual([`${i}:0`, `${i}:1`, `${i}:2`]);
      }
    });

    it("appends nothing of a batch that names an unknown topic or partition", async () => {
      const unknown = { code: "UNKNOWN_TOPIC_OR_PARTITION" };
      await expect(store.append([record(0, "a"), record(3, "b")])).rejects.toMatchObject(unknown);
      const elsewhere = { ...record(0, "b"), topic: `${topic}.absent` };
      await expect(store.append([record(0, "a"), elsewhere])).rejects.toMatchObject(unknown);
      expect(await store.offsets([{ topic, partition: 0 }], "latest")).toEqual([at(0, 0)]);
    });

    it("reads back every field, also an absent key, an empty one and text outside ASCII", async () => {
      const records = [
        { ...record(0, ""), key: null, headers: [] },
        { ...record(0, "Żółć 🎟 \u0000 end"), key: "" },
        { ...record(0, "x"), key: "ключ", headers: [{ key: "h", value: "é" }] },
      ];
      await store.append(records);
      expect(await store.read([at(0, 0)], LIMITS)).toEqual(
        records.map((item, offset) => ({ ...item, offset })),
      );
    });

    it("reads several positions, in the order given, each from its offset", async () => {
      await store.append([record(0, "a0"), record(0, "a1"), record(1, "b0"), record(2, "c0")]);
      expect(await values([at(2, 0), at(0, 1), at(1, 1)])).toEqual(["c0", "a1"]);
    });

    it("stops at either limit, but always delivers one record", async () => {
      await store.append([record(0, "x".repeat(600)), record(0, "y".repeat(600)), record(1, "z")]);
      expect(await values([at(0, 0), at(1, 0)], { maxRecords: 2, maxBytes: 9_000 })).toHaveLength(2);
      expect(await values([at(0, 0), at(1, 0)], { maxRecords: 9, maxBytes: 700 })).toEqual(["x".repeat(600)]);
      expect(await values([at(0, 1)], { maxRecords: 9, maxBytes: 1 })).toEqual(["y".repeat(600)]);
    });

    it("refuses reads, offsets and commits of what it does not know", async () => {
      const unknown = { code: "UNKNOWN_TOPIC_OR_PARTITION" };
      await expect(store.read([at(3, 0)], LIMITS)).rejects.toMatchObject(unknown);
      await expect(store.offsets([{ topic, partition: 3 }], "latest")).rejects.toMatchObject(unknown);
      await expect(store.commit("g", [at(0, 1), at(3, 0)])).rejects.toMatchObject(unknown);
      expect((await store.committed("g")).filter((offset) => offset.topic === topic)).toEqual([]);
    });

    it("tells a watcher once, when one of its positions has a record, and not before", async () => {
      await store.append([record(0, "a")]);
      let calls = 0;
      const available = new Promise<void>((resolve) => {
        store.watch([at(0, 1), at(1, 0)], () => {
          calls += 1;
          resolve();
        });
      });
      await store.append([record(2, "elsewhere")]);
      expect(calls).toBe(0);
      await store.append([record(1, "b")]);
      await available;
      expect(await values([at(0, 1), at(1, 0)])).toEqual(["b"]);
      await store.append([record(0, "c")]);
      expect(calls).toBe(1);
    });

    it("tells a watcher at once of what is there already, and one that has left never", async () => {
      await store.append([record(0, "a")]);
      await new Promise<void>((resolve) => store.watch([at(1, 0), at(0, 0)], resolve));
      let calls = 0;
      const cancel = store.watch([at(0, 1)], () => {
        calls += 1;
      });
      cancel();
      cancel();
      await store.append([record(0, "b")]);
      expect(calls).toBe(0);
    });

    it("keeps a watcher beyond the end waiting until its offset exists", async () => {
      let calls = 0;
      const available = new Promise<void>((resolve) => {
        store.watch([at(0, 1)], () => {
          calls += 1;
          resolve();
        });
      });
      await store.append([record(0, "a")]);
      expect(calls).toBe(0);
      await store.append([record(0, "b")]);
      await available;
    });

    it("finds offsets by end and by time", async () => {
      await store.append([record(0, "a", 1_000), record(0, "b", 3_000), record(0, "c", 2_000)]);
      const partitions = [{ topic, partition: 0 }];
      const offset = async (spec: "earliest" | "latest" | number) =>
        (await store.offsets(partitions, spec))[0]?.offset;
      expect(await offset("earliest")).toBe(0);
      expect(await offset("latest")).toBe(3);
      expect(await offset(1_000)).toBe(0);
      expect(await offset(1_001)).toBe(1);
      expect(await offset(3_001)).toBe(3);
    });

    it("keeps committed offsets per group and partition; the last commit wins", async () => {
      const group = `${topic}.group`;
      expect(await store.committed(group)).toEqual([]);
      await store.commit(group, [at(0, 5), at(1, 7)]);
      await Promise.all([store.commit(group, [at(0, 9)]), store.commit(group, [at(0, 2)])]);
      await store.commit(`${group}.other`, [at(0, 1)]);
      const committed = await store.committed(group);
      expect(committed.sort((a, b) => a.partition - b.partition)).toEqual([at(0, 2), at(1, 7)]);
    });

    it("refuses use after close, and closes again without harm", async () => {
      await store.close();
      await expect(store.append([record(0, "a")])).rejects.toMatchObject({ code: "CLOSED" });
      await store.close();
    });
  });
}
