import { Unavailable } from "../../errors/problem.ts";
import type { Partition } from "../topic-log.ts";
import { MAX_AT_ONCE, settleAll } from "./at-once.ts";
import type { ProxyRoutes } from "./proxy.ts";

/**
 * Where a partition begins and ends. The proxy has no route for it; what it tells is whether an offset lies inside. The
 * end does (the offset that the next record gets), what is behind it or before the beginning does not.
 */
export interface Bounds {
  /** @throws Unavailable, also where the beginning cannot be found */
  first(partition: Partition): Promise<number>;
  /** @throws Unavailable likewise */
  end(partition: Partition): Promise<number>;
  /** The beginning, for an offset before it; null for an offset behind the end. @throws Unavailable likewise */
  firstAfter(partition: Partition, offset: number): Promise<number | null>;
}

/** One record is enough; a batch comes whole all the same. */
const PROBE_BYTES = 1;

/** A search goes this far beyond where it begins: 2 ** 30 records, far more than a topic of ours keeps. */
const MAX_DOUBLINGS = 30;

/**
 * Every offset so near is tried: of a partition that retention has emptied, the end alone lies inside. Dead letters are
 * such, and as few.
 */
const NEAR = 256;

/** Into how many parts each doubling is divided at last: found is what keeps a sixteenth of what was deleted before it. */
const MAX_PARTS = 16;

/** What one search asks at most: an invocation may make 1,000 requests. */
const MAX_PROBES = 800;

export function boundsOf(proxy: ProxyRoutes): Bounds {
  /** The next offset to try behind this one, which is inside too; null for one that is outside. */
  async function behind(partition: Partition, offset: number): Promise<number | null> {
    const records = await proxy.read({ ...partition, offset }, { maxBytes: PROBE_BYTES });
    return records && (records.at(-1)?.offset ?? offset - 1) + 1;
  }
  const isInside = async (partition: Partition, offset: number) => (await behind(partition, offset)) !== null;

  /** An offset inside, found from one that is outside: above it where it lies before the beginning, below it otherwise. */
  async function someInside(partition: Partition, outside: number): Promise<number> {
    const probes = around(outside);
    while (probes.length > 0) {
      const some = probes.splice(0, MAX_AT_ONCE);
      const inside = await settleAll(some, (offset) => isInside(partition, offset));
      for (const [n, outcome] of inside.entries()) {
        if (outcome.status === "rejected") throw outcome.reason;
        if (outcome.value) return some[n]!;
      }
    }
    const { topic, partition: number } = partition;
    throw new Unavailable("kafka", `the proxy does not tell where partition ${number} of ${topic} begins`);
  }

  /** The first offset inside, between one before it and one that is inside. */
  async function firstBetween(partition: Partition, outside: number, inside: number): Promise<number> {
    let [low, high] = [outside, inside];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await isInside(partition, middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  async function first(partition: Partition): Promise<number> {
    const records = await proxy.read({ ...partition, offset: 0 }, { maxBytes: PROBE_BYTES });
    if (records) return records[0]?.offset ?? 0;
    return firstBetween(partition, 0, await someInside(partition, 0));
  }

  return {
    first,
    async end(partition) {
      let inside = await first(partition);
      for (let step = 1; ; step *= 2) {
        const next = await behind(partition, inside + step);
        if (next === null) {
          // The end is inside, what is behind it is not.
          let outside = inside + step;
          while (outside - inside > 1) {
            const middle = Math.floor((inside + outside) / 2);
            const further = await behind(partition, middle);
            if (further === null) outside = middle;
            else inside = further;
          }
          return inside;
        }
        inside = next;
      }
    },
    async firstAfter(partition, offset) {
      // Where the oldest record of all is still there, nothing was deleted: it lies behind the end.
      if (offset > 0 && (await isInside(partition, 0))) return null;
      const inside = await someInside(partition, offset);
      return inside < offset ? null : firstBetween(partition, offset, inside);
    },
  };
}

/** Where to look around an offset that is outside. */
const around = (offset: number): number[] =>
  distances()
    .flatMap((distance) => [offset + distance, offset - distance])
    .filter((probe) => probe > 0)
    .slice(0, MAX_PROBES);

/** Powers of two, then what is near, then what is halfway between the powers, a quarter, and so on. */
function distances(): number[] {
  const powers = Array.from({ length: MAX_DOUBLINGS + 1 }, (_, power) => 2 ** power);
  const found = new Set(powers);
  for (let near = 1; near <= NEAR; near += 1) found.add(near);
  for (let parts = 2; parts <= MAX_PARTS; parts *= 2)
    for (const power of powers)
      for (let part = 1; part < parts; part += 2) found.add(Math.floor(power * (1 + part / parts)));
  return [...found];
}
