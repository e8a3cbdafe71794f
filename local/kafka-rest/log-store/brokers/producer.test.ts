import { NetworkError } from "@platformatic/kafka";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Cluster } from "./cluster.ts";
import { CALL_LIMIT_MS, RETRY_DELAY_MS } from "./limits.ts";
import { Producer } from "./producer.ts";
import type { Wire } from "./wire.ts";

/** What a broker says to each produce request in turn; the last one is repeated. */
type Script = ((partitions: number[]) => Promise<unknown>)[];

const lost = () => Promise.reject(new NetworkError("connection lost", { canRetry: true }));
const stored = async (partitions: number[]) => ({
  responses: [
    {
      name: "t",
      partitionResponses: partitions.map((index) => ({
        ...{ index, errorCode: 0, baseOffset: 7n, logAppendTimeMs: -1n },
      })),
    },
  ],
});
const later = (ms: number, then: Script[number]) => async (partitions: number[]) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return then(partitions);
};

/** @param leader the broker that leads a partition, after so many looks at who leads */
function producerOver(
  scripts: Script[],
  leader = (partition: number, _looks: number): number => partition,
): Producer {
  let looks = 0;
  const wire = {
    pool: () => ({}),
    api: async (name: string) => name,
    any: async () => -1,
    to: async (_pool: unknown, node: number) => node,
    persist: (_limitMs: number, run: () => Promise<unknown>) => run(),
    send: (node: number, api: string, [, , messages]: [number, number, { partition: number }[]]) => {
      if (api === "InitProducerId") return Promise.resolve({ producerId: 1n, producerEpoch: 0 });
      const script = scripts[node]!;
      return (script.length > 1 ? script.shift()! : script[0]!)(messages.map(({ partition }) => partition));
    },
  };
  const cluster = {
    assertKnown: async () => {},
    leader: ({ partition }: { partition: number }) => leader(partition, looks),
    broker: (node: number) => node,
    refresh: async () => {
      looks += 1;
    },
    require: () => ({}),
  };
  return new Producer(wire as unknown as Wire, cluster as unknown as Cluster);
}

const recordOf = (partition: number) => ({
  ...{ topic: "t", partition, key: null, value: Buffer.from("v"), headers: [], timestamp: 1 },
});

describe("a producer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("comes back for a partition that began to rest while it waited for another one", async () => {
    const producer = producerOver([
      [lost, stored],
      [later(RETRY_DELAY_MS / 2, lost), stored],
    ]);
    const appended = [0, 1].map((partition) => producer.append([recordOf(partition)] as never));
    await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS);
    expect(await Promise.all(appended)).toMatchObject([
      [{ partition: 0, offset: 7 }],
      [{ partition: 1, offset: 7 }],
    ]);
  });

  it("looks who leads after each failure, also when partitions fail in turns", async () => {
    const moved = (partition: number, looks: number) => (looks < 6 ? partition : 2);
    const slowly = later(RETRY_DELAY_MS / 2, lost);
    const producer = producerOver([[lost], [slowly, lost], [stored]], moved);
    const appended = [0, 1].map((partition) => producer.append([recordOf(partition)] as never));
    await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS / 2);
    expect(await Promise.all(appended)).toMatchObject([[{ partition: 0 }], [{ partition: 1 }]]);
  });

  it("gives up in time on what is never acknowledged, with nobody else asking", async () => {
    const producer = producerOver([[lost]]);
    const appended = producer.append([recordOf(0)] as never).catch((error) => error);
    await vi.advanceTimersByTimeAsync(CALL_LIMIT_MS + RETRY_DELAY_MS);
    expect(await appended).toMatchObject({ code: "UNAVAILABLE" });
  });
});
