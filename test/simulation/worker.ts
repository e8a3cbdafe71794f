import { Reached } from "./matrix.ts";
import { runSchedule } from "./run.ts";
import type { Failure, Tally } from "./summary.ts";

/** Failures told by one process: with more, one would read no further. */
const MAX_FAILURES = 50;

/** Runs every `step`th seed from `first` to before `end`. @param stopsAtFirst ends with the first failure */
export async function runSeeds(
  { first, end, step }: { first: number; end: number; step: number },
  stopsAtFirst: boolean,
): Promise<Tally> {
  const reached = new Reached();
  const failures: Failure[] = [];
  let runs = 0;
  let steps = 0;
  for (let seed = first; seed < end; seed += step) {
    const result = await runSchedule({ seed });
    runs += 1;
    steps += result.steps;
    reached.take(result.reached.counts);
    if (result.violations.length === 0) continue;
    if (failures.length < MAX_FAILURES) failures.push({ seed, violations: result.violations });
    if (stopsAtFirst) break;
  }
  return { runs, steps, failures, reached: [...reached.counts] };
}
