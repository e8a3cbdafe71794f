import { type Contender, compete, type Load, NAMES, type Pools } from "../contenders.ts";
import type { JobResult } from "../load/job.ts";
import { findPools } from "../pools.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { interleaved, median } from "../statistics.ts";
import type { BenchOptions } from "../types.ts";

/** Long enough for thousands of locks, short enough for seven repetitions of all. */
const MEASURED = { settleMs: 1_000, warmUpMs: 400, measuredMs: 1_600 };
const QUICK = { settleMs: 0, warmUpMs: 100, measuredMs: 300 };

let running: Promise<{ rig: Rig; pools: Pools }> | undefined;

/** The rig, with the pools that serve its peers best: the same for all measures of a run. */
export function onRig({
  quick,
  note,
}: Pick<BenchOptions, "quick" | "note">): Promise<{ rig: Rig; pools: Pools }> {
  running ??= startRig(note).then(async (rig) => ({ rig, pools: await findPools(rig, quick, note) }));
  return running;
}

/** Ends it, where it was started. */
export async function closeRig(): Promise<void> {
  const started = running;
  running = undefined;
  await (await started)?.rig.close();
}

/** Lets contenders compete for the same load, one after another, repetition by repetition. */
export async function competition<K extends Contender>(
  contenders: readonly K[],
  load: Omit<Load, "settleMs" | "warmUpMs" | "measuredMs" | "seed">,
  options: BenchOptions,
): Promise<Record<K, JobResult[]>> {
  const { rig, pools } = await onRig(options);
  const times = options.quick ? QUICK : MEASURED;
  const results = await interleaved(contenders, options.repetitions, (contender, repetition) =>
    compete(rig, contender, pools, { ...load, ...times, seed: repetition + 1 }),
  );
  for (const name of contenders) {
    const rate = median(results[name].map(({ locksPerSecond }) => locksPerSecond));
    const p99 = median(results[name].map((result) => result.p99));
    options.log(`  ${NAMES[name]}: ${Math.round(rate)} locks/s, p99 ${p99.toFixed(1)} ms`);
  }
  return results;
}
