import { type RunOptions, type RunResult, runSchedule } from "./run.ts";

/** Runs that one search makes at most. */
const MAX_TRIES = 150;

/**
 * The shortest history in which a seed still fails: faults and buyers are left out one after the other, for as long as what
 * goes wrong stays wrong.
 * @returns what was left out, and the run that is left
 */
export async function shrink(seed: number): Promise<{ options: RunOptions; result: RunResult }> {
  let options: RunOptions = { seed, without: new Set(), absent: new Set() };
  let result = await runSchedule({ ...options, keepsHistory: true });
  if (result.violations.length === 0) return { options, result };
  let tries = 0;
  for (let hasShrunk = true; hasShrunk && tries < MAX_TRIES; ) {
    hasShrunk = false;
    for (const candidate of lesser(options, result)) {
      if (++tries > MAX_TRIES) break;
      const tried = await runSchedule({ ...candidate, keepsHistory: true });
      if (tried.violations.length === 0 || tried.history.length >= result.history.length) continue;
      [options, result, hasShrunk] = [candidate, tried, true];
      break;
    }
  }
  return { options, result };
}

/** The same run with one thing less. */
function* lesser(options: RunOptions, { faults }: RunResult): Generator<RunOptions> {
  const { without = new Set<number>(), absent = new Set<number>() } = options;
  for (const number of [4, 3, 2, 1]) {
    if (!absent.has(number)) yield { ...options, absent: new Set([...absent, number]) };
  }
  if (faults.length > 1) yield { ...options, without: new Set([...without, ...faults]) };
  for (const fault of faults) yield { ...options, without: new Set([...without, fault]) };
}
