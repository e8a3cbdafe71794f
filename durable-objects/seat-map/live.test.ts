import { beforeEach, describe, expect, it } from "vitest";
import { decodeDelta, encodeDelta, isDelta } from "#shared/seats/delta.ts";
import { BATCH_MS } from "../live/limits.ts";
import { LiveMap } from "./live/live-map.ts";
import { betweenSends } from "./live/live-side.ts";
import { RelayFeeds } from "./live/relay-feeds.ts";
import { settle } from "./testing/platform.ts";

const WHOLE = new Uint8Array(100);

/** A map in which each entry takes a seat, and remembers the last ten. */
const map = {
  epoch: 1,
  durableSeq: 0,
  encoded: 0,
  isRefusal: false,
  whole: async () => {
    map.encoded += 1;
    return { seq: map.durableSeq, bytes: WHOLE };
  },
  changes: async (epoch: number, fromSeq: number) => {
    const toSeq = map.durableSeq;
    if (epoch !== map.epoch || fromSeq < toSeq - 10) return null;
    const seats = fromSeq === toSeq || map.isRefusal ? [] : [{ seat: toSeq, state: 1 }];
    const delta = encodeDelta({ planVersion: 1, epoch, fromSeq, toSeq, areas: [], seats });
    return { epoch, fromSeq, toSeq, planVersion: 1, delta };
  },
};

let watchers: number;
let sent: string[];
let sentAt: number[];
let delivered: Map<number, string[]>;
let counts: Map<number, number>;
let kept: number[][];
let failures: unknown[];
let hold: Map<number, Promise<void>>;
let timers: { at: number; work: () => void }[];
let now: number;
let broadcastMs: number;
let relays: RelayFeeds;
let live: LiveMap;

const named = (bytes: Uint8Array) => {
  if (!isDelta(bytes)) return "whole";
  const { fromSeq, toSeq } = decodeDelta(bytes);
  return `${fromSeq}-${toSeq}`;
};

/** Lets time pass, and what is due with it. */
async function pass(ms: number): Promise<void> {
  const until = now + ms;
  for (;;) {
    await settle();
    const next = timers.toSorted((a, b) => a.at - b.at)[0];
    if (!next || next.at > until) break;
    timers.splice(timers.indexOf(next), 1);
    now = next.at;
    next.work();
  }
  now = Math.max(now, until);
}

async function changes(count = 1): Promise<void> {
  map.durableSeq += count;
  live.flushed();
  await settle();
}

function wake(known: number[] = []): void {
  timers = [];
  const deps = {
    clock: () => now,
    watchersEach: 2,
    deliver: async (relay: number, bytes: Uint8Array) => {
      await hold.get(relay);
      if (failures.length > 0) throw failures.pop();
      delivered.set(relay, [...(delivered.get(relay) ?? []), named(bytes)]);
      return counts.get(relay) ?? 1;
    },
    keep: (numbers: number[]) => void kept.push(numbers),
    again: (error?: unknown) => live.again(error),
  };
  relays = new RelayFeeds(deps, known, map.durableSeq);
  live = new LiveMap({
    map,
    clock: () => now,
    watchers: () => watchers,
    broadcast: async (bytes) => {
      // Something goes on changing while it takes its time.
      if (broadcastMs > 0) {
        map.durableSeq += 1;
        live.flushed();
      }
      now += broadcastMs;
      sent.push(named(bytes));
      sentAt.push(now);
    },
    relays,
    after: (ms, work) => void timers.push({ at: now + ms, work }),
    failed: () => {},
  });
}

beforeEach(() => {
  Object.assign(map, { epoch: 1, durableSeq: 0, encoded: 0, isRefusal: false });
  [watchers, now, broadcastMs] = [0, 0, 0];
  [sent, sentAt, kept, failures] = [[], [], [], []];
  [delivered, counts, hold] = [new Map(), new Map(), new Map()];
  wake();
});

describe("a live map", () => {
  it("sends what a tenth of a second brings as one message, and without watchers arms no timer", async () => {
    await changes(3);
    expect(timers).toEqual([]);
    watchers = 1;
    await changes(2);
    await changes(2);
    await pass(BATCH_MS - 1);
    expect(sent).toEqual([]);
    await pass(1);
    await pass(BATCH_MS * 10);
    expect(sent).toEqual(["3-7"]);
    expect(timers).toEqual([]);
  });

  it("keeps its pace, and has half of the time for others where sending takes long", async () => {
    watchers = 1;
    const paceOf = async (ms: number) => {
      [broadcastMs, sentAt] = [ms, []];
      await changes();
      await pass(2_000);
      broadcastMs = 0;
      await pass(BATCH_MS);
      return sentAt.slice(1, 4).map((at, n) => at - sentAt[n]!);
    };
    expect(new Set(await paceOf(30))).toEqual(new Set([BATCH_MS]));
    expect(new Set(await paceOf(80))).toEqual(new Set([160]));
    expect(new Set(await paceOf(300))).toEqual(new Set([300 + BATCH_MS]));
  });

  it("sends the whole map where the changes are not known, and nothing where none is one", async () => {
    watchers = 1;
    await pass(BATCH_MS);
    await changes(11);
    await pass(BATCH_MS);
    map.isRefusal = true;
    await changes();
    await pass(BATCH_MS);
    map.isRefusal = false;
    await changes();
    await pass(BATCH_MS);
    expect(sent.slice(-2)).toEqual(["whole", "11-13"]);
  });

  it("encodes the map once for all who come between two batches", async () => {
    watchers = 1;
    await changes();
    await Promise.all([live.whole(), live.whole(), live.follow(1)]);
    await live.whole();
    expect(map.encoded).toBe(1);
    await pass(BATCH_MS);
    await live.whole();
    expect(map.encoded).toBe(1);
    await changes();
    await pass(BATCH_MS);
    await live.whole();
    expect(map.encoded).toBe(2);
  });

  it("never answers with less than what was sent already", async () => {
    watchers = 1;
    const { changes: answer } = map;
    let late = () => {};
    map.changes = async (...asked) => {
      map.changes = answer;
      const early = await answer(...asked);
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      return early;
    };
    const asked = live.since(1, 0);
    await changes(2);
    await pass(BATCH_MS);
    late();
    expect((await asked).map(named)).toEqual(["0-2"]);
  });

  it("tells those who have outlived its last life where it is", async () => {
    watchers = 1;
    map.durableSeq = 7;
    wake([3]);
    await pass(BATCH_MS);
    expect(sent).toEqual(["7-7"]);
    expect(delivered.get(3)).toEqual(["7-7"]);
  });
});

describe("relays", () => {
  const follows = async (...numbers: number[]) => {
    for (const relay of numbers) await live.follow(relay);
  };

  /** A relay takes nothing until what is given here is called. */
  const held = (relay: number): (() => void) => {
    let free = () => {};
    const freed = new Promise<void>((resolve) => {
      free = resolve;
    });
    hold.set(relay, freed);
    return () => free();
  };

  it("are each fed at their own pace", async () => {
    await follows(1, 2);
    const free = held(1);
    for (let n = 0; n < 3; n++) {
      await changes();
      await pass(BATCH_MS);
    }
    expect(delivered.get(2)).toHaveLength(3);
    expect(delivered.get(1)).toBeUndefined();
    hold.clear();
    free();
    await pass(BATCH_MS);
    expect(delivered.get(1)).toEqual(["0-1", "1-3"]);
  });

  it("are given again what they did not take", async () => {
    await follows(1);
    failures = [new Error("the relay is away")];
    await changes();
    await pass(BATCH_MS);
    expect(delivered.size).toBe(0);
    await pass(2_000);
    expect(delivered.get(1)).toEqual(["0-1"]);
  });

  it("are forgotten without watchers, unless they have asked meanwhile", async () => {
    await follows(1, 2);
    counts.set(1, 0).set(2, 0);
    const free = held(2);
    await changes();
    await pass(BATCH_MS);
    await follows(2);
    free();
    await settle();
    expect(kept.at(-1)).toEqual([2]);
    await follows(1);
    expect(kept.at(-1)).toEqual([2, 1]);
  });

  it("are handed out one after another, as they fill up", async () => {
    expect([null, null, null].map((full) => relays.withRoom(full))).toEqual([1, 1, 2]);
    expect(relays.withRoom(2)).toBe(3);
    await follows(1);
    counts.set(1, 1);
    await changes();
    await pass(BATCH_MS);
    expect(relays.withRoom(null)).toBe(1);
  });

  it("are asked again after a while where all seem full", async () => {
    const given = Array.from({ length: 300 }, () => relays.withRoom(null));
    // Twice all of them: at once for the first time, then not before ten seconds have passed.
    expect(given.filter((relay) => relay !== undefined)).toHaveLength(200);
    await pass(9_999);
    expect(relays.withRoom(null)).toBeUndefined();
    await pass(1);
    expect([relays.withRoom(null), relays.withRoom(1)]).toEqual([1, 2]);
  });
});

it("sends to no more watchers while a lock waits for its flush", async () => {
  const [asked, flush] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const flushing = {
    get flushUnderWay() {
      asked.resolve();
      return flush.promise;
    },
  };
  let goesOn = false;
  const between = betweenSends(flushing)().then(() => {
    goesOn = true;
  });
  await asked.promise;
  await settle();
  expect(goesOn).toBe(false);
  flush.resolve();
  await between;
});
