import { describe, expect, it, onTestFinished } from "vitest";
import type { LogStore } from "../log-store/log-store.ts";
import { openSqliteLogStore } from "../log-store/sqlite/sqlite-log-store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { ConsumerGroups } from "./consumer-groups.ts";

describe("ConsumerGroups, while a read is under way", () => {
  const settings = {
    autoCommit: true,
    autoCommitIntervalMs: 5_000,
    offsetReset: "earliest" as const,
    sessionTimeoutMs: 120_000,
  };

  /** Four records in two partitions, over a store whose reads can be held back. */
  async function start() {
    const store = await openSqliteLogStore({
      directory: temporaryDirectory(),
      onFailure: (error) => {
        throw error;
      },
    });
    onTestFinished(async () => await store.close());
    await store.createTopics([{ name: "t", partitions: 2, retentionMs: 60_000 }]);
    const values = ["0a", "1a", "0b", "1b"];
    await store.append(
      values.map((value) => {
        return { topic: "t", partition: Number(value[0]), timestamp: 0, key: null, value, headers: [] };
      }),
    );
    let duringRead = async () => {};
    const held: LogStore = {
      topics: () => store.topics(),
      createTopics: (topics) => store.createTopics(topics),
      append: (records) => store.append(records),
      read: async (positions, limits) => {
        const records = await store.read(positions, limits);
        const run = duringRead;
        duringRead = async () => {};
        await run();
        return records;
      },
      watch: (positions, onAvailable) => store.watch(positions, onAvailable),
      offsets: (partitions, spec) => store.offsets(partitions, spec),
      commit: (group, offsets) => store.commit(group, offsets),
      committed: (group) => store.committed(group),
      close: () => store.close(),
    };
    const groups = new ConsumerGroups(held, () => 0, { maxRecords: 100, maxBytes: 10_000 });
    const consume = async (instance: string, isGone = () => false) => {
      const records = await groups.consume("g", instance, ["t"], settings, async () => {}, isGone);
      return records.map(({ value }) => value).sort();
    };
    return {
      consume,
      onNextRead: (run: () => Promise<void>) => {
        duringRead = run;
      },
    };
  }

  it("does not hand out what has gone to another instance meanwhile", async () => {
    const { consume, onNextRead } = await start();
    let taken: string[] = [];
    onNextRead(async () => {
      taken = await consume("b");
    });
    expect(await consume("a")).toEqual([]);
    expect(taken).toEqual(["1a", "1b"]);
    expect(await consume("a")).toEqual(["0a", "0b"]);
  });

  it("does not count as handed out what nobody was there to take", async () => {
    const { consume } = await start();
    expect(await consume("a", () => true)).toEqual([]);
    expect(await consume("a")).toEqual(["0a", "0b", "1a", "1b"]);
    expect(await consume("a")).toEqual([]);
  });
});
