import { createRequire } from "node:module";
import { cpus, loadavg, release, totalmem } from "node:os";
import { table } from "#local/docs/markdown.ts";
import { spread } from "../measure/spread.ts";
import type { OwnAudit } from "./own-audit.ts";
import { describeFault, type FaultKind, partsOn } from "./plan.ts";
import type { Struck } from "./strike.ts";
import type { Tally } from "./tally.ts";
import type { Disturbed, Summary, Times } from "./times.ts";
import type { Ending } from "./under-way.ts";
import type { Verdict } from "./verdict.ts";

/** One run's figures. */
export interface Run {
  /** The command that repeats its choices. */
  command: string;
  rate: number;
  lockTtlSeconds: number;
  commit: string;
  beganAt: number;
  tally: Tally;
  struck: Struck[];
  ending: Ending;
  /** The platform's own audit. */
  own: OwnAudit;
  summary: Summary;
  verdict: Verdict;
}

const seconds = (ms: number | null): string => (ms === null ? "not in time" : `${(ms / 1000).toFixed(1)} s`);
const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** Everything that a run has to say, as text. */
export function render(run: Run): string {
  const { tally, struck, ending, verdict } = run;
  return [
    `${run.command}, commit ${run.commit}`,
    versions(),
    machine(),
    "",
    ...load(tally, ending),
    "",
    "Faults (UTC):",
    ...struck.map(
      ({ fault, startedAt, healedAt }) =>
        `  ${clock(startedAt)}  ${describeFault(fault).padEnd(54)} well again after ${seconds(healedAt - startedAt)}`,
    ),
    "",
    "From a booking's first step to its end, for those under way in a fault:",
    ...timesTable(run.summary).map((line) => `  ${line}`),
    "",
    `After the load: bookings ended in ${seconds(ending.bookingsMs)}, everything in ${seconds(ending.allMs)}.`,
    "",
    `The platform's own audit looked at ${listed(new Map(Object.entries(run.own.counted)))}.`,
    "Audit, of the platform's and of what every store and the mail catcher say:",
    ...verdict.figures.map(
      ({ what, count, isViolation }) =>
        `  ${String(count).padStart(6)}  ${what}${isViolation ? "   VIOLATION" : ""}`,
    ),
    ...verdict.problems.map((problem) => `  ! ${problem}`),
  ].join("\n");
}

function load(tally: Tally, { courses }: Ending): string[] {
  const outcomes = counted(courses.map(({ outcome, reason }) => (reason ? `${outcome} ${reason}` : outcome)));
  const { asked, accepted, loadMs, notSent, lost, givenUp, acceptedMs } = tally;
  return [
    `${asked} buyers in ${seconds(loadMs)} (${((asked / loadMs) * 1000).toFixed(1)} a second), ${accepted.size} accepted, ` +
      `${tally.cancelled.size} cancelled by their buyers, ${givenUp.length} lost patience, ${notSent} not sent`,
    `${courses.length} bookings: ${outcomes}`,
    `answers "not now": ${listed(tally.later)}; other 5xx: ${listed(tally.broken)}; no answer: ${lost}`,
    ...(acceptedMs.length > 0 ? [`from the request to its 202: ${inWords(timesOf(acceptedMs))}`] : []),
  ];
}

const timesOf = (ms: readonly number[]): Times => ({ ...spread(ms), count: ms.length });

const inWords = ({ median, p95, max, count }: Times): string =>
  `median ${seconds(median)}, p95 ${seconds(p95)}, max ${seconds(max)} (${count})`;

function timesTable({ undisturbed, disturbed }: Summary): string[] {
  const row = (name: string, times: Times | null, more = "") =>
    `${name.padEnd(26)} ${times ? inWords(times) : "none was under way"}${more}`;
  return [
    row("undisturbed", undisturbed),
    ...disturbed.map(({ kind, target, faults, times, lastAfterMs }) =>
      row(`${kind} ${target} x ${faults}`, times, `, the last ${seconds(lastAfterMs)} after the healing`),
    ),
  ];
}

function counted(items: readonly string[]): string {
  const groups = Map.groupBy(items, (item) => item);
  return listed(new Map([...groups].map(([what, found]) => [what, found.length])));
}

const listed = (counts: ReadonlyMap<string, number>): string =>
  counts.size === 0 ? "none" : [...counts].map(([what, count]) => `${count} ${what}`).join(", ");

/** What the platform runs on. */
function versions(): string {
  const require = createRequire(import.meta.url);
  const of = (name: string) => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
  return [`Node.js ${process.versions.node}`, of("miniflare"), of("workerd"), of("pg"), of("mongodb")].join(
    ", ",
  );
}

const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${(totalmem() / 1e9).toFixed(0)} GB, ` +
  `${process.platform} ${process.arch}, kernel ${release()}, load average ${loadavg()[0]?.toFixed(1)}`;

const COLUMNS: [kind: FaultKind, title: string][] = [
  ["kill", "`kill -9`"],
  ["pause", "stands still"],
  ["cut", "connections cut"],
  ["refuse", "refused"],
  ["silence", "silent"],
  ["delay", "slow"],
];

/** The table for docs/reliability.md. */
export function renderMarkdown(run: Run): string {
  const { summary, struck, tally, ending, verdict } = run;
  const cell = (found: Disturbed | undefined): string =>
    found?.times
      ? `${[found.times.median, found.times.p95, found.times.max].map((ms) => (ms / 1000).toFixed(1)).join(" / ")} (${found.times.count})`
      : "";
  // Those of real servers are all there are.
  const parts = partsOn("servers");
  const rows = parts
    .filter((part) => summary.disturbed.some(({ target }) => target === part))
    .map((part) => {
      const cells = COLUMNS.map(([kind]) =>
        cell(summary.disturbed.find((one) => one.target === part && one.kind === kind)),
      );
      return [`\`${part}\``, ...cells];
    });
  const violations = verdict.figures.filter(({ isViolation }) => isViolation);
  return [
    `Undisturbed: ${summary.undisturbed ? inWords(summary.undisturbed) : "none"}. In seconds, median / p95 / max (bookings):`,
    "",
    table(["Part", ...COLUMNS.map(([, title]) => title)], rows),
    "",
    `- Made by \`${run.command}\`: ${struck.length} faults, ${tally.asked} buyers at ${run.rate} a second, ` +
      `${ending.courses.length} bookings, lock TTL ${run.lockTtlSeconds} s`,
    `- After the load every booking had ended in ${seconds(ending.bookingsMs)}, everything in ${seconds(ending.allMs)}`,
    `- Audit: ${violations.length === 0 ? "clean" : violations.map(({ what, count }) => `**${count} ${what}**`).join(", ")}; ` +
      verdict.figures
        .filter(({ isViolation, count }) => !isViolation && count > 0)
        .map(({ what, count }) => `${count} ${what}`)
        .join(", "),
    `- ${new Date(run.beganAt).toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${run.commit}; ${versions()}; ${machine()}`,
  ].join("\n");
}
