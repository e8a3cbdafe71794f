import { chosen } from "./choose.ts";
import { describeMachine } from "./environment.ts";
import { type Flags, readFlags, USAGE } from "./flags.ts";
import { closeRig } from "./measures/on-rig.ts";
import { MEASURES } from "./measures.ts";
import { writePage } from "./page.ts";
import { asJson, asTable } from "./present.ts";
import { endAll } from "./rig/processes.ts";
import { runMeasures } from "./run.ts";
import type { Measure } from "./types.ts";

async function main(flags: Flags, measures: Measure[]): Promise<number> {
  const { quick, repetitions, json } = flags;
  const log = (line: string) => console.error(line);
  if (quick) log("--quick: few requests, to try the bench. Its numbers are no measurement.");
  const machine = describeMachine();
  const facts: string[] = [];
  const note = (fact: string) => {
    facts.push(fact);
    log(fact);
  };
  const begun = performance.now();
  const { bars, failures } = await runMeasures(measures, { quick, repetitions, log, note }, closeRig);
  console.log(json ? asJson(bars) : asTable(bars));
  const seconds = (performance.now() - begun) / 1_000;
  if (flags.write) writePage(bars, { machine, facts, seconds, failures });
  for (const failure of failures) log(`FAILED  ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

const giveUp = async (why?: unknown) => {
  if (why !== undefined) console.error(why);
  await endAll();
  process.exit(1);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void giveUp());
process.once("uncaughtException", giveUp);
let asked: [Flags, Measure[]];
try {
  const flags = readFlags(process.argv.slice(2));
  asked = [flags, chosen(MEASURES, flags.only)];
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
process.exit(await main(...asked));
