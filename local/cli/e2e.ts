import { ConfigError } from "../config.ts";
import { CheckFailed } from "../e2e/checks.ts";
import { createReport } from "../e2e/report.ts";
import { runEndToEnd } from "../e2e/run.ts";
import { findTarget, readUrl, type Target, USAGE, UsageError } from "../e2e/target.ts";
import { ApiError } from "../seed/api.ts";
import { PlatformError } from "../supervisor/part.ts";
import { Interrupted, listenForStop } from "../supervisor/stop-signals.ts";

/** Failures that say all there is to say; of any other, the place in the code is wanted too. */
const EXPLAINED = [CheckFailed, ApiError, ConfigError, PlatformError];

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPLAINED.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}

async function main(): Promise<number> {
  const { interrupt, hurry } = listenForStop();
  const report = createReport(console.log, () => performance.now());
  const interrupted = new Promise<never>((_, reject) => {
    interrupt.addEventListener("abort", () => reject(interrupt.reason));
  });
  interrupted.catch(() => {});
  let target: Target | undefined;
  try {
    const url = readUrl(process.argv.slice(2));
    target = await findTarget(url, { log: console.error, interrupt, hurry });
    const { random } = Math;
    await Promise.race([runEndToEnd({ ...target, report, random, now: Date.now }), interrupted]);
    console.log("\nEverything is as it has to be.");
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n${USAGE}`);
      return 2;
    }
    if (error instanceof Interrupted) return error.exitCode;
    console.error(`\nThis is not as it has to be: ${explain(error)}`);
    return 1;
  } finally {
    await target?.release();
  }
}

// Ended by hand: a run that was interrupted may still wait for an answer.
process.exit(await main());
