import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { decodeSeats, seatState } from "#shared/seats/packed.ts";
import { openHall } from "../../support/hall.ts";
import { KillablePlatform } from "../../support/killable-platform.ts";
import { Violation } from "../failures.ts";
import { SEATS_PER_LOCK } from "../load/job.ts";
import { tokensOf } from "../sell-out/buyers.ts";
import { cpuBetween, cpuNow, totalOf } from "../sell-out/cpu.ts";
import { quantile } from "../statistics.ts";
import type { Bar, BenchOptions, Measure } from "../types.ts";
import { rounded, shown } from "../verdict.ts";

const HOLDS = 2_000;
const WARM_UP = 300;
const AT_ONCE = 64;
/** Plans have whole rows of so many. */
const ROW = 100;
const ANSWER_LIMIT_MS = 60_000;
const HOLDS_BAR = {
  id: "13a",
  name: "The same locks as holds through the gateway with JWT, 64 in flight: a second",
  bar: "reported",
};

/** Bar 13: the whole public way of a lock, on a platform of its own with its default limits. */
export const gateway: Measure = {
  name: "gateway",
  bars: [HOLDS_BAR],
  async run(options) {
    const platform = await KillablePlatform.make();
    try {
      await platform.start();
      return [await holdsThroughGateway(platform, options)];
    } finally {
      await platform.takeAway();
    }
  },
};

async function holdsThroughGateway(platform: KillablePlatform, { quick }: BenchOptions): Promise<Bar> {
  const [holds, warmUp] = quick ? [100, 10] : [HOLDS, WARM_UP];
  const seats = Math.ceil(((holds + warmUp) * SEATS_PER_LOCK) / ROW) * ROW;
  const { eventId, seatIds } = await openHall(platform.url, { seats, name: "The Bench" });
  const address = `${platform.url}/api/inventory/events/${eventId}`;
  const tokens = await tokensOf(platform.config, holds + warmUp);
  const asks = tokens.map((token, n) => () => {
    return hold(address, token, seatIds.slice(n * SEATS_PER_LOCK, (n + 1) * SEATS_PER_LOCK));
  });
  await allOf(asks.slice(0, warmUp));
  const before = cpuNow(platform);
  const begun = performance.now();
  const times = await allOf(asks.slice(warmUp));
  const seconds = (performance.now() - begun) / 1_000;
  const cpu = totalOf(cpuBetween(before, cpuNow(platform))) / times.length;
  const taken = await takenSeats(address);
  if (taken !== (holds + warmUp) * SEATS_PER_LOCK) {
    throw new Violation(`${holds + warmUp} holds were granted, and ${taken} seats are taken`);
  }
  const [p50, p99] = [0.5, 0.99].map((share) => shown(quantile(times, share)));
  const detail = `${holds} holds of four seats, each of another buyer; p50 ${p50} ms, p99 ${p99} ms; ${rounded(cpu * 1_000)} ms of CPU a hold, all processes`;
  return { ...HOLDS_BAR, value: rounded(holds / seconds), met: true, detail };
}

/** @returns what it took, ms. @throws Violation where the hold was not granted: nobody else wants its seats */
async function hold(address: string, token: string, seatIds: string[]): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${address}/holds`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ seatIds }),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Violation(`a hold was answered with ${response.status}: ${text}`);
  return performance.now() - begun;
}

async function allOf(asks: (() => Promise<number>)[]): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const buyer = async () => {
    while (next < asks.length) times.push(await asks[next++]!());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, buyer));
  return times;
}

/** Past what the edge keeps. */
async function takenSeats(address: string): Promise<number> {
  const headers = { accept: PACKED_SEATS, "cache-control": "no-cache" };
  const response = await fetch(`${address}/seats`, { headers });
  const { states, seats } = decodeSeats(new Uint8Array(await response.arrayBuffer()));
  let taken = 0;
  for (let seat = 0; seat < seats; seat++) if (seatState(states, seat) !== 0) taken++;
  return taken;
}
