import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Unavailable } from "../errors/problem.ts";
import { MAX_PRODUCE, type NewRecord, type Partition, type Position, type TopicLog } from "./topic-log.ts";

/** A log's server, for the port to be tested on. */
export interface LogUnderTest {
  log: TopicLog;
  /** The same server, asked with a password that is wrong. */
  stranger: TopicLog;
  createTopic(name: string, partitions: number): Promise<void>;
  /** Deletes all records that there are, as retention does; absent where it cannot be brought about. */
  forget?(): Promise<void>;
  close(): Promise<void>;
}

/** Far longer than any answer takes: a fetch that ends before it was ended by a record. */
const LONG_MS = 25_000;

async function endedByRecord<T>(waiting: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const found = await waiting;
  expect(performance.now() - startedAt).toBeLessThan(LONG_MS - 1_000);
  return found;
}

/** What every adapter of the port must do. @param open starts a server, or names one that is there */
export function describeTopicLog(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name} is a topic log`, () => {
    let t: LogUnderTest;
    beforeAll(async () => {
      t = await open();
    });
    afterAll(() => t?.close());

    async function topic(partitions = 1): Promise<string> {
      const made = `contract.${randomUUID()}`;
      await t.createTopic(made, partitions);
      return made;
    }
    const record = (of: string, value: string, partition = 0): NewRecord => {
      return { topic: of, partition, key: `key of ${value}`, value };
    };
    const at = (of: string, offset: number, partition = 0): Position => ({ topic: of, partition, offset });
    const values = async (positions: Position[], waitMs = 0) =>
      (await t.log.fetch(positions, waitMs)).map(({ value }) => value);

    it("keeps keys and values as they are, each at its offset", async () => {
      const one = await topic(2);
      const texts = ["", "Żółć 🎟 \u0000 end", '{"a":"b"}', "x".repeat(20_000)];
      await t.log.produce(texts.map((text) => ({ topic: one, partition: 1, key: text, value: text })));
      expect(await t.log.fetch([at(one, 0, 1)], 0)).toEqual(
        texts.map((text, offset) => ({
          ...{ topic: one, partition: 1, offset, key: text, value: text },
          timestamp: expect.any(Number),
        })),
      );
      expect(await values([at(one, 0, 0)])).toEqual([]);
    });

    it("appends what one call has for several topics, in order in each partition", async () => {
      const [one, other] = [await topic(2), await topic()];
      const many = Array.from({ length: MAX_PRODUCE }, (_, n) =>
        record(n % 3 ? one : other, String(n), n % 3 === 2 ? 1 : 0),
      );
      await t.log.produce(many);
      const of = (name: string, partition: number) =>
        many.filter((made) => made.topic === name && made.partition === partition).map(({ value }) => value);
      const read = async (name: string, partition: number) => {
        const found: string[] = [];
        for (let page = [""]; page.length > 0; found.push(...page))
          page = await values([at(name, found.length, partition)]);
        return found;
      };
      for (const [name, partition] of [
        [one, 0],
        [one, 1],
        [other, 0],
      ] as const)
        expect(await read(name, partition)).toEqual(of(name, partition));
    });

    it("appends nothing for no records, and refuses more than one call may have", async () => {
      await t.log.produce([]);
      const one = await topic();
      const many = Array(MAX_PRODUCE + 1).fill(record(one, "x"));
      await expect(t.log.produce(many)).rejects.toThrow(RangeError);
      expect(await values([at(one, 0)])).toEqual([]);
    });

    it("reads on from any offset, with nothing from before it", async () => {
      const one = await topic();
      await t.log.produce(["a", "b", "c", "d", "e", "f"].map((value) => record(one, value)));
      for (const [offset, rest] of [
        [1, "bcdef"],
        [3, "def"],
        [5, "f"],
        [6, ""],
      ] as const)
        expect((await values([at(one, offset)])).join("")).toBe(rest);
    });

    it("finds nothing behind the end, and waits there no longer than it may", async () => {
      const one = await topic();
      await t.log.produce([record(one, "a")]);
      expect(await values([at(one, 100)], 200)).toEqual([]);
      expect(await values([], 200)).toEqual([]);
    });

    it("waits for a record of any of many positions, and not for the silence of the others", async () => {
      const names = await Promise.all(Array.from({ length: 13 }, () => topic()));
      for (const chosen of [names[0]!, names[12]!, names[6]!]) {
        const waiting = values(
          names.map((name) => at(name, 0)),
          LONG_MS,
        );
        await t.log.produce([record(chosen, chosen)]);
        expect(await endedByRecord(waiting)).toEqual([chosen]);
        names.splice(names.indexOf(chosen), 1, await topic());
      }
    });

    it("lets the first to speak end the wait, though it is the last of few", async () => {
      const names = await Promise.all(Array.from({ length: 3 }, () => topic()));
      const waiting = values(
        names.map((name) => at(name, 0)),
        LONG_MS,
      );
      await t.log.produce([record(names[2]!, "last")]);
      expect(await endedByRecord(waiting)).toEqual(["last"]);
    });

    it("takes another position first each time: a busy one starves no other", async () => {
      const [busy, other] = [await topic(), await topic()];
      await t.log.produce([...Array(200).fill(record(busy, "busy")), record(other, "other")]);
      const firsts = new Set<string>();
      for (let n = 0; n < 20; n += 1) firsts.add((await values([at(busy, 0), at(other, 0)]))[0]!);
      expect([...firsts].sort()).toEqual(["busy", "other"]);
    });

    it("tells where partitions begin and end, in the order of the question", async () => {
      const [one, other] = [await topic(2), await topic()];
      await t.log.produce([...Array(37).fill(record(one, "x")), record(one, "y", 1)]);
      const places: Partition[] = [
        { topic: one, partition: 1 },
        { topic: other, partition: 0 },
        { topic: one, partition: 0 },
      ];
      expect(await t.log.offsets("earliest", places)).toEqual(
        places.map((place) => ({ ...place, offset: 0 })),
      );
      expect((await t.log.offsets("latest", places)).map(({ offset }) => offset)).toEqual([1, 0, 37]);
      expect(await t.log.offsets("latest", [])).toEqual([]);
    });

    it("goes on at the first record that retention has left", async (context) => {
      if (!t.forget) return context.skip("retention cannot be brought about here");
      const one = await topic();
      const place = { topic: one, partition: 0 };
      const pages = (count: number) => Array.from({ length: count }, () => Array(100).fill(record(one, "x")));
      for (const page of pages(7)) await t.log.produce(page);
      await t.forget();
      for (const page of pages(3)) await t.log.produce(page);
      for (const from of [0, 1, 699, 700])
        expect((await t.log.fetch([at(one, from)], 0))[0]).toMatchObject({ offset: 700 });
      expect(await t.log.offsets("earliest", [place])).toEqual([at(one, 700)]);
      expect(await t.log.offsets("latest", [place])).toEqual([at(one, 1_000)]);
      expect(await values([at(one, 1_005)])).toEqual([]);
    });

    it("finds the end of a partition of which retention has left nothing", async (context) => {
      if (!t.forget) return context.skip("retention cannot be brought about here");
      const one = await topic();
      const place = { topic: one, partition: 0 };
      await t.log.produce(Array(203).fill(record(one, "x")));
      await t.forget();
      expect(await t.log.offsets("latest", [place])).toEqual([at(one, 203)]);
      expect(await t.log.offsets("earliest", [place])).toEqual([at(one, 203)]);
      expect(await values([at(one, 0)])).toEqual([]);
      await t.log.produce([record(one, "first of the new")]);
      expect(await values([at(one, 0)])).toEqual(["first of the new"]);
    });

    it("takes a group's progress", async () => {
      const one = await topic();
      await t.log.produce([record(one, "a")]);
      await expect(t.log.commit("contract", [at(one, 1)])).resolves.toBeUndefined();
    });

    it("answers a ping", async () => {
      await expect(t.log.ping()).resolves.toBeUndefined();
    });

    it("is unavailable for a topic or partition that there is not: it may come", async () => {
      const [absent, one] = [`contract.${randomUUID()}`, await topic()];
      await expect(t.log.produce([record(absent, "a")])).rejects.toThrow(Unavailable);
      await expect(t.log.fetch([at(absent, 0)], 0)).rejects.toThrow(Unavailable);
      await expect(t.log.offsets("latest", [{ topic: absent, partition: 0 }])).rejects.toThrow(Unavailable);
      await expect(t.log.produce([record(one, "a", 7)])).rejects.toThrow();
    });

    it("is unavailable for who has a wrong password", async () => {
      const one = await topic();
      await expect(t.stranger.ping()).rejects.toThrow(Unavailable);
      await expect(t.stranger.produce([record(one, "a")])).rejects.toThrow(Unavailable);
      await expect(t.stranger.fetch([at(one, 0)], 0)).rejects.toThrow(Unavailable);
      expect(await values([at(one, 0)])).toEqual([]);
    });
  });
}
