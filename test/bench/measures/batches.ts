import { judgeFairness } from "../fairness.ts";
import type { Measure } from "../types.ts";
import { available, skippedPeers } from "./available.ts";
import { against } from "./locks.ts";
import { competition } from "./on-rig.ts";

const name = (size: number) => `Batches of ${size} over WebSocket, against P3 batched alike`;
const BARS = [
  { id: "5a", name: name(64), bar: ">= 1x", size: 64, bound: 1 },
  { id: "5b", name: name(256), bar: ">= 3x", size: 256, bound: 3 },
] as const;

/** Enough that the next message waits when one is answered. */
const MESSAGES_IN_FLIGHT = 4;
const MOST_PER_SECOND = 120_000;
/** Of the notes: what P3 reached there in batches of 256, for each no-op call. */
const NOTED_RATIO = 16_926 / 947;

/** Bar 5: many requests a message, one call of the script for all of them. */
export const batches: Measure = {
  name: "batches",
  onRig: true,
  bars: BARS,
  async run(options) {
    const contenders = await available(["seat-map", "p3"], options);
    if (!contenders.includes("p3")) return skippedPeers(BARS.map(({ id, name, bar }) => ({ id, name, bar })));
    const load = { over: "websocket", inFlight: MESSAGES_IN_FLIGHT, mostPerSecond: MOST_PER_SECOND } as const;
    const bars = [];
    for (const { size, bound, ...asked } of BARS) {
      const results = await competition(["seat-map", "p3"], { ...load, batch: size }, options);
      bars.push(against(asked, bound, "p3", results));
      if (size !== 256 || options.quick) continue;
      const noOp = await competition(
        ["no-op"],
        { over: "http", inFlight: 64, mostPerSecond: 15_000 },
        options,
      );
      for (const unfair of judgeFairness({ ...results, ...noOp }, { p3: NOTED_RATIO })) options.fail(unfair);
    }
    return bars;
  },
};
