import type { Measure } from "../types.ts";
import { available, skippedPeers } from "./available.ts";
import { against } from "./locks.ts";
import { competition } from "./on-rig.ts";

const name = (other: string) => `The same, 1 in flight, against ${other}`;
const BARS = [
  { id: "2a", name: name("a commit per request"), bar: ">= 1x", other: "commit-each" },
  { id: "2b", name: name("P1"), bar: ">= 1x", other: "p1" },
] as const;

/** Bar 2: nobody to share a flush with. */
export const single: Measure = {
  name: "single",
  onRig: true,
  bars: BARS,
  async run(options) {
    const contenders = await available(["seat-map", "commit-each", "p1"], options);
    const results = await competition(
      contenders,
      { over: "http", inFlight: 1, mostPerSecond: 5_000 },
      options,
    );
    return BARS.flatMap(({ other, ...asked }) =>
      results[other] ? [against(asked, 1, other, results)] : skippedPeers([asked]),
    );
  },
};
