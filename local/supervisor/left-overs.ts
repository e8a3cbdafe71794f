import { readFileSync } from "node:fs";
import { isRunning, processIdentity } from "../cli/process-identity.mjs";
import { PlatformError } from "./part.ts";
import { allPids, stopGroup, stopProcesses } from "./process-group.ts";
import { RUN_ID_VARIABLE, readRunRecord, removeRunRecord } from "./run-state.ts";

const MAX_ROUNDS = 10;

/**
 * Stops what a supervisor left behind that was killed. A recorded process is touched only if its pid still belongs
 * to a process with the recorded start time.
 */
export async function stopLeftOvers(dataDir: string, log: (line: string) => void): Promise<void> {
  const record = readRunRecord(dataDir);
  if (record === null) return;
  await Promise.all(
    Object.entries(record.parts).map(async ([name, part]) => {
      if (part.process === null || !isRunning(part.process)) return;
      log(`Stopping ${name} (process ${part.process.pid}), left over from a supervisor that was killed.`);
      await stopGroup(part.process, part);
    }),
  );
  await stopStragglers(record.runId);
  removeRunRecord(dataDir);
}

/**
 * Stops what carries the run's id in its environment: processes that left their group, whose leader has died, or
 * that were started in the moment before their pid could be recorded. Where /proc is absent it finds none.
 */
export async function stopStragglers(runId: string, hurry?: AbortSignal): Promise<void> {
  if (process.platform !== "linux") return;
  // More than once, since one that is asked to end may start another before it does.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = allPids().filter((pid) => carries(pid, runId));
    if (found.length === 0) return;
    await stopProcesses(found, hurry);
  }
  throw new PlatformError("Processes of the platform keep starting others while they are being stopped.");
}

function carries(pid: number, runId: string): boolean {
  if (pid === process.pid || processIdentity(pid) === null) return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${RUN_ID_VARIABLE}=${runId}`);
  } catch {
    return false; // it has ended, or belongs to another user
  }
}
