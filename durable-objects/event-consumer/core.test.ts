import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import type { LogRecord, NewRecord, TopicLog } from "#shared/log/topic-log.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import { DONE, type Outcome } from "#shared/saga/handlers.ts";
import { deadLetterTopic, wireTopic } from "#shared/saga/wire.ts";
import { ConsumerCore } from "./core.ts";
import { memoryStore } from "./memory-store.ts";
import { EARLY_LIMIT_MS, MAX_ATTEMPTS } from "./policy.ts";
import type { ConsumerStore } from "./ports.ts";

const PARTITION = 3;
const CONFIRM = wireTopic("seats.confirm");
const RELEASE = wireTopic("seats.release");

/** A log in memory with one partition, which can be down. */
function memoryLog() {
  const records = new Map<string, LogRecord[]>();
  const log: TopicLog & { isDown: boolean; all: typeof records } = {
    isDown: false,
    all: records,
    async produce(added: NewRecord[]) {
      if (log.isDown) throw new Unavailable("kafka");
      for (const record of added) {
        const partition = records.get(record.topic) ?? [];
        records.set(record.topic, [...partition, { ...record, offset: partition.length, timestamp: 0 }]);
      }
    },
    async fetch(positions) {
      if (log.isDown) throw new Unavailable("kafka");
      return positions.flatMap(({ topic, offset }) => (records.get(topic) ?? []).slice(offset));
    },
    async commit() {},
    async ping() {},
  };
  return log;
}

const silent = { info() {}, warn() {}, error() {} };
const message = (bookingId: string, reason = "r") =>
  envelope(
    "seats.release",
    bookingId,
    { bookingId, eventId: "e", seatIds: [], reason },
    { now, traceparent: "" },
  );

let now = 0;
let log: ReturnType<typeof memoryLog>;
let store: ConsumerStore;
let seen: string[];
let answer: (message: Envelope) => Outcome;

const consumer = () =>
  new ConsumerCore({
    topics: [CONFIRM, RELEASE],
    partition: PARTITION,
    group: "g",
    log,
    store,
    handle: async (batch) =>
      batch.map((one) => {
        seen.push(one.id);
        return answer(one);
      }),
    clock: () => now,
    random: () => 0.5,
    logger: silent,
  });

async function put(...messages: Envelope[]) {
  const record = (one: Envelope) => ({
    topic: wireTopic(one.type),
    partition: PARTITION,
    key: (one.payload as { bookingId: string }).bookingId,
    value: JSON.stringify(one),
  });
  await log.produce(messages.map(record));
}

/** Turns until nothing is left to do, moving the clock to what is due next. */
async function drain(core: ConsumerCore, turns = 50) {
  for (let n = 0; n < turns; n++) {
    await core.turn(0);
    const { nextAt } = core.parked;
    if (nextAt !== null) now = Math.max(now, nextAt);
  }
}

beforeEach(() => {
  now = 1_800_000_000_000;
  log = memoryLog();
  store = memoryStore();
  seen = [];
  answer = () => DONE;
});

describe("a consumer", () => {
  it("hands every message over once, and none again after a restart", async () => {
    await put(message("a"), message("b"));
    await drain(consumer(), 2);
    await drain(consumer(), 2);
    expect(seen).toEqual(["seats.release:a", "seats.release:b"]);
  });

  it("delivers again what was handled but not saved", async () => {
    await put(message("a"));
    const crashing = consumer();
    const save = store.save;
    store.save = () => {
      throw new Error("crash");
    };
    await expect(crashing.turn(0)).rejects.toThrow("crash");
    store.save = save;
    await consumer().turn(0);
    expect(seen).toEqual(["seats.release:a", "seats.release:a"]);
  });

  it("never gives two messages of one key in a batch, and keeps their order", async () => {
    const batches: string[][] = [];
    await put(message("a", "1"), message("a", "2"), message("b", "1"));
    const core = new ConsumerCore({
      ...{ topics: [RELEASE], partition: PARTITION, group: "g", log, store, clock: () => now },
      ...{ random: () => 0, logger: silent },
      handle: async (batch) => {
        batches.push(batch.map((one) => `${one.id}/${(one.payload as { reason: string }).reason}`));
        return batch.map(() => DONE);
      },
    });
    await core.turn(0);
    expect(batches).toEqual([["seats.release:a/1", "seats.release:b/1"], ["seats.release:a/2"]]);
  });
});

describe("an early message", () => {
  it("holds back its own key and no other, also across a restart", async () => {
    let isOpen = false;
    answer = (one) => (one.id.endsWith(":a") && !isOpen ? { kind: "early", detail: "not yet" } : DONE);
    await put(message("a", "1"), message("a", "2"), message("b"));
    await drain(consumer(), 3);
    await put(message("a", "3"), message("c"));
    await drain(consumer(), 3);
    expect(seen.filter((id) => id !== "seats.release:a")).toEqual(["seats.release:b", "seats.release:c"]);
    const core = consumer();
    seen = [];
    isOpen = true;
    await drain(core, 3);
    expect(seen).toEqual(["seats.release:a", "seats.release:a", "seats.release:a"]);
    expect(core.parked.count).toBe(0);
  });

  it("is dead-lettered once its time is over", async () => {
    answer = () => ({ kind: "early", detail: "never" });
    await put(message("a"));
    const core = consumer();
    await core.turn(0);
    now += EARLY_LIMIT_MS + 1;
    await core.turn(0);
    expect(core.parked.count).toBe(0);
    expect(log.all.get(deadLetterTopic("seats.release"))).toHaveLength(1);
  });
});

describe("a rejected message", () => {
  it(`is tried ${MAX_ATTEMPTS} times, then dead-lettered with where it came from and why`, async () => {
    answer = (one) => (one.id.endsWith(":a") ? { kind: "rejected", detail: "broken rule" } : DONE);
    await put(message("a"), message("b"));
    const core = consumer();
    await drain(core);
    expect(seen.filter((id) => id === "seats.release:a")).toHaveLength(MAX_ATTEMPTS);
    expect(seen).toContain("seats.release:b");
    const [letter] = log.all.get(deadLetterTopic("seats.release"))!;
    expect(JSON.parse(letter!.value)).toMatchObject({
      sourceTopic: RELEASE,
      sourcePartition: PARTITION,
      sourceOffset: 0,
      error: "broken rule",
      attempts: MAX_ATTEMPTS,
    });
    expect(core.parked.count).toBe(0);
  });

  it("that is not even JSON ends the same way", async () => {
    await log.produce([{ topic: RELEASE, partition: PARTITION, key: "a", value: "{" }]);
    await put(message("b"));
    const core = consumer();
    await drain(core);
    expect(seen).toEqual(["seats.release:b"]);
    expect(log.all.get(deadLetterTopic("seats.release"))).toHaveLength(1);
  });

  it("is found in a batch whose handler throws, and the others go through", async () => {
    answer = (one) => {
      if (one.id.endsWith(":a")) throw new TypeError("a bug");
      return DONE;
    };
    await put(message("a"), message("b"), message("c"));
    const core = consumer();
    await drain(core);
    expect(core.parked.count).toBe(0);
    expect(log.all.get(deadLetterTopic("seats.release"))).toHaveLength(1);
    expect(seen).toContain("seats.release:b");
    expect(seen).toContain("seats.release:c");
  });

  it("stays while its dead letter cannot be written", async () => {
    answer = () => ({ kind: "rejected", detail: "no" });
    await put(message("a"));
    const core = consumer();
    await core.turn(0);
    log.isDown = true;
    for (let n = 0; n < 6; n++) {
      now += 10_000;
      await core.turn(0).catch(() => {});
    }
    expect(core.parked.count).toBe(1);
    log.isDown = false;
    await drain(core);
    expect(log.all.get(deadLetterTopic("seats.release"))).toHaveLength(1);
  });
});

describe("unavailability", () => {
  it("pauses the partition without limit of tries, and dead-letters nothing", async () => {
    let isDown = true;
    answer = () => {
      if (isDown) throw new Unavailable("postgres");
      return DONE;
    };
    await put(message("a"));
    const core = consumer();
    await drain(core, 100);
    await put(message("b"));
    await drain(core, 20);
    expect(seen).not.toContain("seats.release:b");
    isDown = false;
    await drain(core, 3);
    expect(core.parked.count).toBe(0);
    expect(seen.at(-1)).toBe("seats.release:b");
    expect(log.all.has(deadLetterTopic("seats.release"))).toBe(false);
  });

  it("of the log itself is told to the caller, and loses nothing", async () => {
    await put(message("a"));
    const core = consumer();
    log.isDown = true;
    await expect(core.turn(0)).rejects.toThrow(Unavailable);
    log.isDown = false;
    await core.turn(0);
    expect(seen).toEqual(["seats.release:a"]);
  });
});
