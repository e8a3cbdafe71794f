import type { Contender } from "../contenders.ts";
import { judgeFairness, type Results, rates } from "../fairness.ts";
import { ratios } from "../statistics.ts";
import type { Bar, Measure } from "../types.ts";
import { type Asked, atLeast, spreadOf } from "../verdict.ts";
import { available, skippedPeers } from "./available.ts";
import { competition } from "./on-rig.ts";

const name = (peer: string) => `Durable locks over HTTP, 64 in flight, against ${peer}`;
const BARS = [
  { id: "1a", name: name("P1"), bar: ">= 2.5x", peer: "p1", bound: 2.5 },
  { id: "1b", name: name("P2"), bar: ">= 1.8x", peer: "p2", bound: 1.8 },
  { id: "1c", name: name("P1p"), bar: ">= 1.1x", peer: "p1p", bound: 1.1 },
] as const;

/** Bar 1: with the no-op call beside it, by which the peers' own building is judged. */
export const locks: Measure = {
  name: "locks",
  onRig: true,
  bars: BARS,
  async run(options) {
    const contenders = await available(["no-op", "seat-map", "p1", "p1p", "p2", "p3"], options);
    const results = await competition(
      contenders,
      { over: "http", inFlight: 64, mostPerSecond: 15_000 },
      options,
    );
    if (!options.quick) for (const unfair of judgeFairness(results)) options.fail(unfair);
    return BARS.flatMap(({ peer, bound, ...asked }) =>
      results[peer] ? [against(asked, bound, peer, results)] : skippedPeers([asked]),
    );
  },
};

/** A bar by how many more locks a second SeatMap gives than a peer. */
export function against(asked: Asked, bound: number, peer: Contender, results: Results): Bar {
  const [ours, theirs] = [rates(results["seat-map"]), rates(results[peer])];
  const detail = `${spreadOf(ours, "/s")} against ${spreadOf(theirs, "/s")}`;
  return atLeast(asked, bound, ratios(ours, theirs), detail);
}
