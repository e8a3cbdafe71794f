import { Worker } from "node:worker_threads";
import type { Outcome } from "./asked.ts";

export type Load = { url: string; headers?: Record<string, string>; perSecond: number; seconds: number };

/** What became of a load; times in ms, by nearest rank. */
export type Tally = {
  sent: number;
  served: number;
  refused: number;
  /** Answered in any other way, or not at all: none must be. */
  wrong: string[];
  /** Of those that were served. */
  p50: number;
  p99: number;
  /** Until the last answer to any of them. */
  longest: number;
  /** The most connections that were seen behind it. */
  connections: number;
  /** How long the one took that was asked when all were answered. */
  afterMs: number;
};

const SAMPLE_MS = 100;

/**
 * Asks, counts connections meanwhile, and asks once more afterwards.
 * @param connections how many there are behind the address, at this moment
 */
export async function tally(load: Load, connections: () => number | Promise<number>): Promise<Tally> {
  let most = 0;
  let isOver = false;
  const sampling = (async () => {
    while (!isOver) {
      most = Math.max(most, await connections());
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  const outcomes = await run(load);
  isOver = true;
  await sampling;
  const [after] = await run({ ...load, perSecond: 1, seconds: 1 });
  const served = outcomes.filter(({ kind }) => kind === "served").map(({ ms }) => ms);
  const wrong = [...outcomes, after!].filter(({ kind }) => kind === "wrong").map(({ detail }) => detail);
  return {
    sent: outcomes.length,
    served: served.length,
    refused: outcomes.filter(({ kind }) => kind === "refused").length,
    wrong,
    p50: rank(served, 0.5),
    p99: rank(served, 0.99),
    longest: Math.max(...outcomes.map(({ ms }) => ms)),
    connections: most,
    afterMs: after!.kind === "served" ? after!.ms : Number.NaN,
  };
}

function run({ url, headers = {}, perSecond, seconds }: Load): Promise<Outcome[]> {
  const workerData = { url, headers, perSecond, seconds };
  const thread = new Worker(new URL("./load-thread.ts", import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

function rank(times: number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
