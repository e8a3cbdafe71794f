import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import type { Memory } from "./memory.ts";
import type { Spread } from "./spread.ts";

/** One run's figures; times in ms, `start` and `seed` as the platform itself prints them. */
export interface Figures {
  cold: StartTimes;
  warm: StartTimes;
  bookings: number;
  seen: Spread;
  own: Spread;
  memory: Memory;
  byPart: Map<string, Memory>;
  /** The load average of the minute before: above the number of cores, others were slowing this down. */
  loadBefore: number;
}

export interface StartTimes {
  /** From the command until the table was printed. */
  total: number;
  start: number;
  seed: number;
}

interface Row {
  what: string;
  measured: string;
  bar?: { text: string; isMet: boolean };
}

const BARS = { coldMs: 40_000, warmMs: 12_000, medianMs: 1_000, residentBytes: 1.8e9 };

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const millis = (ms: number): string => `${Math.round(ms)} ms`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const phases = ({ start, seed }: StartTimes): string => `start ${seconds(start)}, seed ${seconds(seed)}`;
const spread = ({ min, median, p95, max }: Spread): string =>
  `${millis(median)} (min ${millis(min)}, p95 ${millis(p95)}, max ${millis(max)})`;

function rowsOf({ cold, warm, bookings, seen, own, memory }: Figures): Row[] {
  return [
    {
      what: "Ready, cold: no data, seeded",
      measured: `${seconds(cold.total)} (${phases(cold)})`,
      bar: { text: "40 s", isMet: cold.total <= BARS.coldMs },
    },
    {
      what: "Ready, warm: over its data",
      measured: `${seconds(warm.total)} (${phases(warm)})`,
      bar: { text: "12 s", isMet: warm.total <= BARS.warmMs },
    },
    {
      what: `202 to CONFIRMED, as a buyer sees it, median of ${bookings} bookings one after another`,
      measured: spread(seen),
      bar: { text: "1 s", isMet: seen.median < BARS.medianMs },
    },
    { what: "The same by the bookings' own timelines, first step to last", measured: spread(own) },
    {
      what: `Resident memory of all ${memory.processes} processes afterwards; what they share counts once`,
      measured: gigabytes(memory.resident),
      bar: { text: "1.8 GB", isMet: memory.resident <= BARS.residentBytes },
    },
    { what: "The same with what they share counted for each (sum of RSS)", measured: gigabytes(memory.rss) },
  ];
}

/** Whether every figure is within its bar. */
export const isWithinBars = (figures: Figures): boolean =>
  rowsOf(figures).every(({ bar }) => bar === undefined || bar.isMet);

/** The figures as a page for docs/, with the machine and the commit that they are of. */
export function render(figures: Figures, root: string, now: Date): string {
  const rows = rowsOf(figures).map(({ what, measured, bar }) => {
    const verdict = bar ? `${bar.text}, ${bar.isMet ? "met" : "**missed**"}` : "";
    return `| ${what} | ${measured} | ${verdict} |`;
  });
  const parts = [...figures.byPart].map(
    ([name, { processes, resident, rss }]) =>
      `| ${name} | ${processes} | ${megabytes(resident)} | ${megabytes(rss)} |`,
  );
  return `# Measurements

What \`npm run measure\` found, on a platform of its own: one machine, every part on it, the client included.
It writes this page; nothing here is edited by hand.

| What | Measured | At most |
| --- | --- | --- |
${rows.join("\n")}

| Part | Processes | Resident | Sum of RSS |
| --- | --- | --- | --- |
${parts.join("\n")}

- Date: ${now.toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commitOf(root)}
- Machine: ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${gigabytes(totalmem())} of memory, ${process.platform} ${process.arch}, kernel ${release()}
- Load average of the minute before: ${figures.loadBefore.toFixed(1)} on ${cpus().length} cores
- Node.js ${process.versions.node}; the dependencies were installed already
- A booking is polled for every 10 ms; what is counted begins with its 202 and ends with the answer that says CONFIRMED.
`;
}

/** The load average of the last minute. */
export const loadNow = (): number => loadavg()[0] ?? 0;

function commitOf(root: string): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    // This page itself is no change to what was measured.
    const isChanged = git("status", "--porcelain", "--", ".", ":!docs/measurements.md") !== "";
    return git("rev-parse", "--short", "HEAD") + (isChanged ? " with changes that are not in it" : "");
  } catch {
    return "unknown";
  }
}
