import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sqliteStore } from "./sqlite-store.ts";
import { describeConsumerStore } from "./testing/store-contract.ts";
import type { TestEventConsumer } from "./testing/worker.ts";

const { EVENT_CONSUMER } = env as unknown as { EVENT_CONSUMER: DurableObjectNamespace<TestEventConsumer> };

const inNewObject = (work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(EVENT_CONSUMER.get(EVENT_CONSUMER.newUniqueId()), (_, { storage }) => work(storage));

describeConsumerStore("in a Durable Object's SQLite", (test) =>
  inNewObject((storage) => test(() => sqliteStore(storage))),
);

it("keeps thousands of parked messages apart", () =>
  inNewObject((storage) => {
    const parked = Array.from({ length: 5_000 }, (_, n) => ({
      ...{ ticket: n + 1, because: "early" as const, attempts: 1, nextAt: 1, detail: "", topic: "t" },
      ...{ partition: 3, offset: n, key: `b${n}`, value: "x".repeat(500) },
    }));
    sqliteStore(storage).save({ offsets: new Map(), parked, unparked: [] });
    expect(sqliteStore(storage).load().parked).toEqual(parked);
  }));
