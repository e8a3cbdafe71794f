import type { Contender } from "../contenders.ts";
import type { JobResult } from "../load/job.ts";
import { ratios } from "../statistics.ts";
import type { Bar, Measure } from "../types.ts";
import { type Asked, atLeast, atMost, spreadOf } from "../verdict.ts";
import { available, skippedPeers } from "./available.ts";
import { competition } from "./on-rig.ts";

const LOAD = { inFlight: 256, hotSeats: 400, mostPerSecond: 50_000 };
const AGAINST_NO_OP = {
  id: "3a",
  name: "The same, 256 in flight for 400 seats: p99 against the no-op call's",
  bar: "<= 1.1x",
};
const name = (what: string, peer: string) => `The same over WebSocket: ${what} against ${peer}`;
const LATENCIES = [
  { id: "3b", name: name("p99", "P1"), bar: "< 1x", peer: "p1" },
  { id: "3c", name: name("p99", "P2"), bar: "< 1x", peer: "p2" },
] as const;
const GRANTS = [
  { id: "3d", name: name("granted a second", "P1"), bar: "> 1x", peer: "p1" },
  { id: "3e", name: name("granted a second", "P2"), bar: "> 1x", peer: "p2" },
] as const;

/** Bar 3: everybody wants the same seats. Latencies are of locks, granted or refused; what is granted is given back. */
export const contended: Measure = {
  name: "contended",
  onRig: true,
  bars: [AGAINST_NO_OP, ...LATENCIES, ...GRANTS],
  async run(options) {
    const http = await competition(["no-op", "seat-map"], { over: "http", ...LOAD }, options);
    const contenders = await available(["seat-map", "p1", "p2"], options);
    const sockets = await competition(contenders, { over: "websocket", ...LOAD }, options);
    return [
      slower(AGAINST_NO_OP, 1.1, http["seat-map"], http["no-op"]),
      ...LATENCIES.flatMap(({ peer, ...asked }) =>
        withPeer(asked, peer, sockets, (theirs) => slower(asked, 1, sockets["seat-map"], theirs)),
      ),
      ...GRANTS.flatMap(({ peer, ...asked }) =>
        withPeer(asked, peer, sockets, (theirs) => moreGranted(asked, sockets["seat-map"], theirs)),
      ),
    ];
  },
};

function withPeer(
  asked: Asked,
  peer: Contender,
  results: Partial<Record<Contender, JobResult[]>>,
  judge: (theirs: JobResult[]) => Bar,
): Bar[] {
  const theirs = results[peer];
  return theirs ? [judge(theirs)] : skippedPeers([asked]);
}

function slower(asked: Asked, bound: number, ours: JobResult[], theirs: JobResult[]): Bar {
  const [our, their] = [ours, theirs].map((results) => results.map(({ p99 }) => p99)) as [number[], number[]];
  return atMost(
    asked,
    bound,
    ratios(our, their),
    `${spreadOf(our, " ms")} against ${spreadOf(their, " ms")}`,
  );
}

function moreGranted(asked: Asked, ours: JobResult[], theirs: JobResult[]): Bar {
  const [our, their] = [ours, theirs].map((results) =>
    results.map(({ grantedPerSecond }) => grantedPerSecond),
  ) as [number[], number[]];
  return atLeast(asked, 1, ratios(our, their), `${spreadOf(our, "/s")} against ${spreadOf(their, "/s")}`);
}
