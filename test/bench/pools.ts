import { compete, lacks, PEERS, type Pools } from "./contenders.ts";
import type { Rig } from "./rig/rig.ts";

const SIZES = [8, 16, 32, 64];
/** A client of Redis sends what is asked of it at once in one piece, so that one connection may do best. */
const SIZES_OF_REDIS_ALONE = [1, ...SIZES];
const FIRST_RUN = { settleMs: 1_000, warmUpMs: 500, measuredMs: 1_000 };
const MOST_PER_SECOND = 15_000;

/** Which size serves each peer best with 64 requests in flight, by a short run with each. */
export async function findPools(rig: Rig, quick: boolean, note: (line: string) => void): Promise<Pools> {
  const best = { p1: 16, p1p: 16, p2: 16, p3: 8 };
  for (const peer of PEERS) {
    if (quick || lacks(rig, peer)) continue;
    const found: [number, number][] = [];
    for (const pool of peer === "p3" ? SIZES_OF_REDIS_ALONE : SIZES) {
      const load = {
        over: "http",
        inFlight: 64,
        ...FIRST_RUN,
        mostPerSecond: MOST_PER_SECOND,
        seed: 1,
      } as const;
      const { locksPerSecond } = await compete(rig, peer, { ...best, [peer]: pool }, load);
      found.push([pool, Math.round(locksPerSecond)]);
    }
    best[peer] = found.reduce((most, one) => (one[1] > most[1] ? one : most))[0];
    note(`Pools of ${peer}, locks a second: ${found.map(([pool, rate]) => `${pool}: ${rate}`).join(", ")}`);
  }
  return best;
}
