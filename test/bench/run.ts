import { Skipped, Violation } from "./failures.ts";
import type { Bar, BenchOptions, Measure } from "./types.ts";

export interface Outcome {
  bars: Bar[];
  /** What makes the run worth nothing: wrong answers, peers built unfairly, measures that broke. */
  failures: string[];
}

/** Runs measures one after another. One that cannot run leaves its bars in the table, as not met. */
export async function runMeasures(
  measures: readonly Measure[],
  options: Omit<BenchOptions, "fail">,
  closeRig: () => Promise<void>,
): Promise<Outcome> {
  const outcome: Outcome = { bars: [], failures: [] };
  for (const [at, measure] of measures.entries()) {
    const begun = performance.now();
    options.log(`${measure.name}:`);
    try {
      outcome.bars.push(
        ...(await measure.run({
          ...options,
          fail: (what) => void outcome.failures.push(`${measure.name}: ${what}`),
        })),
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      options.log(`${measure.name}: ${why}`);
      const detail = error instanceof Skipped ? `skipped: ${why}` : `failed: ${why}`;
      outcome.bars.push(...measure.bars.map((bar) => ({ ...bar, value: null, met: false, detail })));
      if (!(error instanceof Skipped)) outcome.failures.push(`${measure.name}: ${why}`);
      if (!(error instanceof Skipped || error instanceof Violation)) options.log(String(error));
    }
    if (measure.onRig && !measures.slice(at + 1).some(({ onRig }) => onRig)) await closeRig();
    options.log(`${measure.name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }
  outcome.bars.sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  return outcome;
}
