import { describe, expect, it } from "vitest";
import { LogStoreError, type NewRecord, type RecordMetadata } from "../log-store.ts";
import { MAX_BATCH_BYTES } from "./limits.ts";
import { Identity, inParts, PartitionQueue } from "./produce-queue.ts";

const place = { topic: "t", partition: 3 };
const record = (value: string): NewRecord => ({ ...place, timestamp: 1, key: null, value, headers: [] });
const identity = () => new Identity(7n, 0);

/** A queue, and what became of each request that was put into it. */
function queueOf(...requests: { values: string[]; untilMs?: number }[]) {
  const queue = new PartitionQueue(place);
  const outcomes: (RecordMetadata[] | string)[] = [];
  for (const [i, { values, untilMs = 10_000 }] of requests.entries()) {
    const records = values.map(record);
    queue.push({
      records,
      bytes: records.reduce((sum, { value }) => sum + value.length, 0),
      untilMs,
      resolve: (stored) => {
        outcomes[i] = stored;
      },
      reject: (error) => {
        outcomes[i] = (error as Error).message;
      },
    });
  }
  const batchValues = () => queue.batch?.messages.map(({ value }) => value.toString());
  return { queue, outcomes, batchValues };
}

describe("what waits for a partition", () => {
  it("goes in one batch, and each request is told its own offsets", () => {
    const { queue, outcomes, batchValues } = queueOf({ values: ["a", "b"] }, { values: ["c"] });
    queue.take(identity());
    expect(batchValues()).toEqual(["a", "b", "c"]);
    queue.stored(40, undefined);
    expect(outcomes).toMatchObject([[{ offset: 40 }, { offset: 41 }], [{ offset: 42, timestamp: 1 }]]);
    expect(queue.isEmpty).toBe(true);
  });

  it("is the very same batch under the same number until it is settled, and then the number goes on", () => {
    const { queue } = queueOf({ values: ["a", "b"] });
    const sender = identity();
    const first = queue.take(sender);
    queue.push({ records: [record("c")], bytes: 1, untilMs: 9, resolve: () => {}, reject: () => {} });
    expect(queue.take(sender)).toBe(first);
    expect(first.firstSequence).toBe(0);
    queue.stored(0, undefined);
    expect(queue.take(sender)).toMatchObject({ firstSequence: 2 });
  });

  it("keeps large requests apart", () => {
    const large = "x".repeat(MAX_BATCH_BYTES);
    const { queue, batchValues } = queueOf({ values: ["a"] }, { values: [large] }, { values: ["b"] });
    const sender = identity();
    for (const expected of [["a"], [large], ["b"]]) {
      queue.take(sender);
      expect(batchValues()).toEqual(expected);
      queue.stored(0, undefined);
    }
  });

  it("is tried request by request after a refusal, so that only the one to blame is refused", () => {
    const { queue, outcomes, batchValues } = queueOf({ values: ["good"] }, { values: ["bad"] });
    const sender = identity();
    queue.take(sender);
    queue.refused(new Error("too large"));
    expect(outcomes).toEqual([]);
    queue.take(sender);
    expect(batchValues()).toEqual(["good"]);
    queue.stored(0, undefined);
    expect(queue.take(sender).firstSequence).toBe(1);
    queue.refused(new Error("too large"));
    expect(outcomes).toMatchObject([[{ offset: 0 }], "too large"]);
  });

  it("goes again under another identity, from the first number, where the brokers forgot the former", () => {
    const { queue, batchValues } = queueOf({ values: ["a"] });
    queue.take(identity());
    queue.renew();
    const other = identity();
    expect(queue.take(other)).toMatchObject({ firstSequence: 0, identity: other });
    expect(batchValues()).toEqual(["a"]);
  });

  it("is given up once nobody has time left, and says where that leaves a batch in doubt", () => {
    const { queue, outcomes } = queueOf({ values: ["a"], untilMs: 1_000 }, { values: ["b"], untilMs: 2_000 });
    expect(queue.expire(0)).toBe(false);
    queue.take(identity());
    // For whoever still waits, the whole batch goes on.
    expect(queue.expire(1_500)).toBe(false);
    expect(queue.batch).toBeDefined();
    expect(queue.expire(2_500)).toBe(true);
    expect(outcomes).toEqual([expect.stringContaining("in time"), expect.stringContaining("in time")]);
  });

  it("is told of a cause that time does not mend, all of it", () => {
    const { queue, outcomes } = queueOf({ values: ["a"] }, { values: ["b"] });
    queue.abandon(new LogStoreError("UNKNOWN_TOPIC_OR_PARTITION", "gone"));
    expect(outcomes).toEqual(["gone", "gone"]);
    expect(queue.isEmpty).toBe(true);
  });
});

it("cuts a request into parts that fit into a batch, in order", () => {
  const half = "x".repeat(MAX_BATCH_BYTES / 2);
  const parts = inParts([record(half), record(half), record("y"), record(`${half}${half}z`), record("w")]);
  expect(parts.map(({ records }) => records.length)).toEqual([2, 1, 1, 1]);
});

it("counts a producer's numbers round, as Kafka does", () => {
  const sender = identity();
  const queue = new PartitionQueue(place);
  sender.advance(queue, 2 ** 31 - 2);
  sender.advance(queue, 5);
  expect(sender.next(queue)).toBe(3);
});
