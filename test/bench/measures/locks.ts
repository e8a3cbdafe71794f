import { type Contender, NAMES } from "../contenders.ts";
import { Violation } from "../failures.ts";
import type { JobResult } from "../load/job.ts";
import { median, ratios } from "../statistics.ts";
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

/** Of the notes: what each peer reached there for each no-op call. Less than 80 % of it is a peer that was built unfairly. */
const NOTED_RATIOS = { p1: 424 / 947, p1p: 1_096 / 947, p2: 684 / 947, p3: 3_165 / 947 } as const;
const FAIR_SHARE = 0.8;

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
    if (!options.quick) judgeFairness(results);
    return BARS.flatMap(({ peer, bound, ...asked }) =>
      results[peer] ? [against(asked, bound, peer, results)] : skippedPeers([asked]),
    );
  },
};

type Results = Partial<Record<Contender, JobResult[]>>;

const rates = (results: JobResult[] = []): number[] => results.map(({ locksPerSecond }) => locksPerSecond);

/** A bar by how many more locks a second SeatMap gives than a peer. */
export function against(asked: Asked, bound: number, peer: Contender, results: Results): Bar {
  const [ours, theirs] = [rates(results["seat-map"]), rates(results[peer])];
  const detail = `${spreadOf(ours, "/s")} against ${spreadOf(theirs, "/s")}`;
  return atLeast(asked, bound, ratios(ours, theirs), detail);
}

/** @throws Violation naming the peers that fall below their share of what the notes have */
export function judgeFairness(
  results: Results,
  noted: Partial<Record<Contender, number>> = NOTED_RATIOS,
): void {
  const unfair = Object.entries(noted).flatMap(([peer, ratio]) => {
    const theirs = results[peer as Contender];
    if (!theirs) return [];
    const found = median(ratios(rates(theirs), rates(results["no-op"])));
    if (found >= FAIR_SHARE * ratio) return [];
    return `${NAMES[peer as Contender]} makes ${found.toFixed(2)} locks for each no-op call; the notes have ${ratio.toFixed(2)}`;
  });
  if (unfair.length > 0) throw new Violation(`built unfairly: ${unfair.join("; ")}`);
}
