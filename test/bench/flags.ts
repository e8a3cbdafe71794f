import { parseArgs } from "node:util";

export interface Flags {
  json: boolean;
  quick: boolean;
  write: boolean;
  repetitions: number;
  /** Bars or measures that are wanted; all where it is empty. */
  only: string[];
}

/** Below it, a lower quartile says little. */
const LEAST_REPETITIONS = 7;
const MOST_REPETITIONS = 99;

export const USAGE = `Usage: npm run bench [-- --json] [--only BAR[,BAR]] [--repetitions N] [--quick] [--write]
  --json         prints {"bars": [...]} on standard output, and nothing else there
  --only         these bars (1, 1a) or measures (locks, sell-out) alone
  --repetitions  of each measure; ${LEAST_REPETITIONS} if left out
  --quick        few requests, once: tries the bench, measures nothing
  --write        writes docs/benchmarks.md; not with --quick, --only or fewer than ${LEAST_REPETITIONS} repetitions`;

/** @throws Error for flags that are unknown or do not go together, with a sentence */
export function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      repetitions: { type: "string" },
    },
  });
  const { json, quick, write } = values;
  const only = values.only.split(",").filter((name) => name !== "");
  const repetitions = Number(values.repetitions ?? (quick ? 1 : LEAST_REPETITIONS));
  if (!Number.isInteger(repetitions) || repetitions < 1 || repetitions > MOST_REPETITIONS) {
    throw new Error(`--repetitions is a number from 1 to ${MOST_REPETITIONS}`);
  }
  if (write && (quick || only.length > 0 || repetitions < LEAST_REPETITIONS)) {
    throw new Error(`only a whole run of ${LEAST_REPETITIONS} repetitions or more is written down`);
  }
  return { json, quick, write, repetitions, only };
}
