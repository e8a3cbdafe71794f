import { portNumber, required } from "../shared/environment.ts";
import { runProcess } from "../shared/run-process.ts";
import { SCHEDULES, type Schedule, startRuntime } from "./runtime.ts";

/*
 * WORKER_CONFIGS: paths of wrangler.toml files, separated by newlines; the gateway's first.
 * WORKER_VARIABLES: JSON, each Worker's variables by its name.
 */
await runProcess("workers", async ({ log }) => {
  const { env } = process;
  const port = portNumber(env);
  const runtime = await startRuntime({
    configs: required(env, "WORKER_CONFIGS").split("\n"),
    host: required(env, "HOST"),
    port,
    storageDir: required(env, "DATA_DIR"),
    variables: parseVariables(required(env, "WORKER_VARIABLES")),
  });
  const poke = (cron: Schedule) =>
    runtime.runCrons(cron).catch((error) => log("cron-failed", { cron, error: String(error) }));
  const timers: NodeJS.Timeout[] = [];
  for (const [cron, everyMs] of Object.entries(SCHEDULES) as [Schedule, number][]) {
    // Once at the start too: what was left when the platform stopped waits for no hour to strike.
    await poke(cron);
    timers.push(setInterval(() => void poke(cron), everyMs));
  }
  return {
    port,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await runtime.close();
    },
  };
});

function parseVariables(text: string): Record<string, Record<string, string>> {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("WORKER_VARIABLES is not JSON"); // Without its text: that holds secrets.
  }
}
