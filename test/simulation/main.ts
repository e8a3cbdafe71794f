import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runCommand, UsageError, wholeNumberOption } from "#local/cli/command.ts";
import { Reached } from "./matrix.ts";
import { shrink } from "./shrink.ts";
import { matrixOf, type Tally } from "./summary.ts";
import { runSeeds } from "./worker.ts";

const USAGE = `Usage: npm run simulate -- [--seeds N] [--first-seed K] [--jobs J] [--seed K]

Runs N schedules of the booking saga, each from its seed, and says how often each fault befell each step.
  --seeds N       how many (default 1000)
  --first-seed K  the first seed (default 1)
  --jobs J        processes at once (default: one a processor)
  --seed K        one seed alone: prints everything that happens in it, and the shortest history if it fails`;

const MAX_SEED = 999_999_999;

await runCommand(USAGE, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string", default: "1000" },
      "first-seed": { type: "string", default: "1" },
      jobs: { type: "string", default: String(availableParallelism()) },
      seed: { type: "string" },
      /** For the process that runs a part of the seeds. */
      part: { type: "string" },
      "stop-at-first": { type: "boolean", default: false },
    },
  });
  const number = (name: "seeds" | "first-seed" | "jobs", max: number) =>
    wholeNumberOption(`--${name}`, values[name], { min: 1, max });
  const first = number("first-seed", MAX_SEED);
  const seeds = number("seeds", MAX_SEED - first + 1);
  const jobs = Math.min(number("jobs", 64), seeds);
  const stopsAtFirst = values["stop-at-first"];
  if (values.seed !== undefined)
    return tellOne(wholeNumberOption("--seed", values.seed, { min: 1, max: MAX_SEED }));
  if (values.part !== undefined) {
    const part = wholeNumberOption("--part", values.part, { min: 0, max: jobs - 1 });
    if (!process.send) throw new UsageError("--part is for processes that this command starts");
    const tally = await runSeeds({ first: first + part, end: first + seeds, step: jobs }, stopsAtFirst);
    process.send(tally);
    return 0;
  }
  return tellAll({ first, seeds, jobs, stopsAtFirst });
}).then((code) => {
  // A history may be longer than a pipe holds: what is left of it goes out first.
  process.stdout.write("", () => process.exit(code));
});

async function tellAll(options: {
  first: number;
  seeds: number;
  jobs: number;
  stopsAtFirst: boolean;
}): Promise<number> {
  const { first, seeds, jobs, stopsAtFirst } = options;
  const begun = performance.now();
  const parts = Array.from({ length: jobs }, (_, part) => part);
  // One alone runs here: a second process would load everything once more.
  const tallies =
    jobs === 1
      ? [await runSeeds({ first, end: first + seeds, step: 1 }, stopsAtFirst)]
      : await Promise.all(parts.map((part) => runPart([...process.argv.slice(2), `--part=${part}`])));
  const seconds = (performance.now() - begun) / 1000;
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const runs = sum((tally) => tally.runs);
  const reached = new Reached();
  for (const tally of tallies) reached.take(tally.reached);
  const failures = tallies.flatMap((tally) => tally.failures).sort((a, b) => a.seed - b.seed);
  if (!stopsAtFirst) console.log(`${matrixOf(reached)}\n`);
  for (const { seed, violations } of failures.slice(0, 10))
    console.log(`seed ${seed}: ${violations.join("; ")}`);
  if (failures[0]) console.log(await shortest(failures[0].seed));
  console.log(
    `${runs} schedules, seeds ${first} to ${first + seeds - 1}, ${sum((tally) => tally.steps)} steps, ` +
      `${seconds.toFixed(1)} s, ${Math.round(runs / seconds)} a second: ${failures.length} failed`,
  );
  return failures.length === 0 && (stopsAtFirst || reached.empty().length === 0) ? 0 : 1;
}

/** A part of the seeds, in a process of its own that ends with this one. */
function runPart(args: string[]): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), args, { execArgv: process.execArgv });
    child.once("message", (tally) => resolve(tally as Tally));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`a process of the simulation ended with ${code}`)));
  });
}

async function tellOne(seed: number): Promise<number> {
  const { options, result } = await shrink(seed);
  console.log(result.history.join("\n"));
  console.log(
    result.violations.length === 0
      ? `seed ${seed}: nothing is violated`
      : await explain(seed, options, result),
  );
  return result.violations.length === 0 ? 0 : 1;
}

async function shortest(seed: number): Promise<string> {
  const { options, result } = await shrink(seed);
  return `${result.history.join("\n")}\n${explain(seed, options, result)}`;
}

type Shrunk = Awaited<ReturnType<typeof shrink>>;

function explain(
  seed: number,
  { without, absent }: Shrunk["options"],
  { violations, history }: Shrunk["result"],
) {
  const left = [...(without ?? [])].length + [...(absent ?? [])].length;
  return [
    `The shortest history found of seed ${seed}: ${history.length} lines, ${left} faults and buyers left out.`,
    ...violations.map((violation) => `  ${violation}`),
    `Again: npm run simulate -- --seed ${seed}`,
  ].join("\n");
}
