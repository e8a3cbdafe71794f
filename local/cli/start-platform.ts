import { writeSync } from "node:fs";
import type { Config } from "../config.ts";
import { type Part, PlatformError } from "../supervisor/part.ts";
import { logFileOf, openPartLog } from "../supervisor/part-log.ts";
import { type Platform, startPlatform } from "../supervisor/platform.ts";
import { Interrupted, listenForStop } from "../supervisor/stop-signals.ts";
import { withTimeLimit } from "../supervisor/time-limit.ts";

/** Seeding a few seating plans takes seconds; longer than this is a hang. */
const SEED_LIMIT_MS = 120_000;

export type StartOptions = {
  config: Pick<Config, "dataDir">;
  parts: Part[];
  /** Wipe all data first. */
  fresh: boolean;
  /** What the launcher measured; 0 when nothing had to be installed. */
  installMs: number;
  /** Answers in a few words what it did. */
  seed: () => Promise<string>;
  /** What is printed below the table of addresses. */
  welcome: string;
};

/**
 * Runs the platform in the foreground until it is asked to stop; answers the exit code: 0 when it was up and has
 * been stopped, 128 + n when a signal came earlier or a second time, 1 for a failure, which is printed.
 * Nothing is left running.
 */
export async function runInForeground(options: StartOptions): Promise<number> {
  // A closed terminal must not end this process by an error before the parts have been stopped.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const { interrupt, hurry } = listenForStop();
  const { dataDir } = options.config;
  let logFd: number | undefined;
  const log = (text: string): void => {
    console.error(text);
    if (logFd !== undefined) writeSync(logFd, `${new Date().toISOString()} ${text}\n`);
  };

  let platform: Platform | undefined;
  try {
    const begun = performance.now();
    platform = await startPlatform(options.parts, { dataDir, fresh: options.fresh, log, interrupt, hurry });
    logFd = openPartLog(logFileOf(dataDir, "supervisor")).fd;
    const started = performance.now();
    const tooLate = new PlatformError(`Seeding was not done within ${SEED_LIMIT_MS / 1000} s.`);
    const seeded = await withTimeLimit(SEED_LIMIT_MS, tooLate, interrupt, options.seed);
    const times = {
      installMs: options.installMs,
      startMs: started - begun,
      seedMs: performance.now() - started,
    };
    console.log(report(options, times, seeded));
    await untilAborted(interrupt);
    console.log("\nStopping (Ctrl-C once more: at once)...");
    await platform.stop();
    console.log("Stopped.");
    return hurry.aborted ? exitCodeOf(hurry.reason) : 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      log(error instanceof PlatformError ? error.message : `The start failed: ${stackOf(error)}`);
    }
    await platform
      ?.stop()
      .catch((failure: unknown) => log(`Not everything was stopped: ${stackOf(failure)}`));
    return exitCodeOf(error);
  }
}

const exitCodeOf = (reason: unknown): number => (reason instanceof Interrupted ? reason.exitCode : 1);

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function report(
  { parts, welcome }: StartOptions,
  times: { installMs: number; startMs: number; seedMs: number },
  seeded: string,
): string {
  const rows = parts.flatMap((part) => part.addresses ?? []);
  const width = Math.max(0, ...rows.map((row) => row.label.length));
  const install = times.installMs > 0 ? seconds(times.installMs) : "not needed";
  return [
    `\nTicketFlow is up. Install: ${install}. Start: ${seconds(times.startMs)}. Seed: ${seconds(times.seedMs)} (${seeded}).\n`,
    ...rows.map((row) => `  ${row.label.padEnd(width)}  ${row.url}`),
    "",
    welcome,
    "\nCtrl-C stops it.",
  ].join("\n");
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // Signal handlers alone do not keep a process running.
    const keepAlive = setInterval(() => {}, 2 ** 30);
    const settle = () => {
      clearInterval(keepAlive);
      resolve();
    };
    if (signal.aborted) settle();
    else signal.addEventListener("abort", settle);
  });
}
