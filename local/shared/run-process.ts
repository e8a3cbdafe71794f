import { jsonLines, type Log } from "./log.ts";

/** What a process runs: it answers on `port` until it is closed. */
export type Running = { port: number; close(): Promise<void> };

export type ProcessTools = {
  log: Log;
  /** Logs the event and ends the process with 1: for what leaves nothing to go on with. */
  fail: (event: string, error: unknown) => never;
};

/**
 * A part as a process of its own: starts it, says where it listens, closes it on SIGTERM (or SIGINT, for one
 * started by hand) and exits 0. Exits 1 after a line that says why it could not start or stop.
 */
export async function runProcess(
  part: string,
  start: (tools: ProcessTools) => Promise<Running>,
): Promise<void> {
  const log = jsonLines(part);
  const fail = (event: string, error: unknown): never => {
    log(event, { error: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  };
  let running: Running;
  try {
    running = await start({ log, fail });
  } catch (error) {
    fail("start-failed", error);
    return;
  }
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    try {
      await running.close();
    } catch (error) {
      fail("stop-failed", error);
    }
    log("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  log("listening", { port: running.port });
}
