import { parseArgs } from "node:util";
import { KillablePlatform } from "../support/killable-platform.ts";
import { paced } from "./pace.ts";
import { describeMoment } from "./plan.ts";
import { type RoundReport, runRound } from "./round.ts";

const USAGE = `Usage: npm run test:kill [-- --runs 20] [--seed N] [--part NAME[,NAME]]
  --runs  how often everything is killed (default 20)
  --seed  repeats the choices of an earlier run
  --part  kill one part at a time instead: postgres, neon, mongo, kafka-rest, stripe, workers`;

/** Of 20 runs, so many have to kill while PENDING is observed. */
const PENDING_SHARE = 5 / 20;

interface Flags {
  runs: number;
  seed: number;
  parts: string[];
}

function readFlags(): Flags {
  const { values } = parseArgs({
    options: { runs: { type: "string" }, seed: { type: "string" }, part: { type: "string" } },
  });
  const seed = values.seed ?? String(Math.floor(Math.random() * 1e6));
  return {
    runs: wholeNumber("--runs", values.runs ?? "20"),
    seed: wholeNumber("--seed", seed),
    parts: values.part?.split(",") ?? [],
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$|^0$/.test(text)) throw new Error(`${name} takes a whole number, not "${text}"`);
  return Number(text);
}

/** Kills again and again over the same data. @returns whether everything agreed every time */
async function run({ runs, seed, parts }: Flags): Promise<boolean> {
  const platform = await KillablePlatform.make();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(1));
  }
  console.log(`seed ${seed}, data in ${platform.config.dataDir}`);
  const accepted: string[] = [];
  const reports: RoundReport[] = [];
  const pace = paced();
  await platform.start();
  for (let index = 0; index < runs; index++) {
    // In pairs, so that each part meets both kinds of moment.
    const part = parts[Math.floor(index / 2) % parts.length];
    if (part) await pace(part);
    const report = await runRound(platform, { index, seed, accepted, ...(part && { part }) });
    reports.push(report);
    console.log(line(index, report, part));
    for (const problem of report.problems) console.log(`     ${problem}`);
  }
  const isFine = summarise(reports, accepted.length, parts.length === 0);
  // What disagrees stays for whoever looks into it.
  if (isFine) await platform.takeAway();
  else console.log(`The data stays in ${platform.config.dataDir}`);
  return isFine;
}

const seconds = (ms: number | null): string => (ms === null ? "never" : `${(ms / 1000).toFixed(1)} s`);

function line(index: number, report: RoundReport, part = "all"): string {
  const { plan, seen, killedIn, restartMs, endedMs, settledMs, problems } = report;
  const isTwice = part === "all" && plan.againAfterMs !== null;
  const again = isTwice ? `, and ${plan.againAfterMs} ms into the start` : "";
  return [
    String(index + 1).padStart(3),
    `kill ${part}, ${describeMoment(plan.moment)}${again}`.padEnd(52),
    `seen ${seen ?? "-"}`.padEnd(15),
    `up ${seconds(restartMs)}, ended ${seconds(endedMs)}, settled ${seconds(settledMs)}`,
    problems.length === 0 ? "agree   " : "DISAGREE",
    `was ${killedIn.join(" ")}`,
  ].join("  ");
}

function summarise(reports: RoundReport[], accepted: number, isWhole: boolean): boolean {
  const disagreeing = reports.filter(({ problems }) => problems.length > 0).length;
  const pending = reports.filter(({ isPendingSeen }) => isPendingSeen).length;
  const restarts = reports.map(({ restartMs }) => restartMs);
  console.log(
    `${reports.length} kills, ${pending} of them while PENDING was observed, ${accepted} bookings accepted; ` +
      `up again in ${seconds(Math.min(...restarts))} to ${seconds(Math.max(...restarts))}; ` +
      `${disagreeing === 0 ? "all stores agreed every time" : `${disagreeing} runs DISAGREE`}`,
  );
  const isPendingEnough = !isWhole || pending >= Math.floor(reports.length * PENDING_SHARE);
  if (!isPendingEnough) console.log("PENDING was observed too seldom for this run to say much.");
  return disagreeing === 0 && isPendingEnough;
}

let flags: Flags;
try {
  flags = readFlags();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
process.exit((await run(flags)) ? 0 : 1);
