import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What was started and not yet ended: it is killed with this process, however that ends. */
const running = new Map<ChildProcess, NodeJS.Signals>();
const folders = new Set<string>();

process.once("exit", () => {
  killAll();
  removeFolders();
});

function killAll(): void {
  for (const [child, signal] of running) child.kill(signal);
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.clear();
}

/** Ends all of it at once, and leaves no folder: for when this process has to end now. */
export async function endAll(): Promise<void> {
  const ended = [...running.keys()].map((child) => once(child, "exit"));
  killAll();
  await Promise.race([Promise.all(ended), delay(STOP_LIMIT_MS)]);
  removeFolders();
}

const STOP_LIMIT_MS = 10_000;

/** @param lastSignal what ends it at once, with all that it has started */
export function start(
  file: string,
  args: string[],
  options: SpawnOptions,
  lastSignal: NodeJS.Signals = "SIGKILL",
): ChildProcess {
  const child = spawn(file, args, options);
  running.set(child, lastSignal);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends it in order, or at once where it does not. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(impatience);
}

/** A folder that is gone with this process. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ticketflow-bench-${name}-`));
  folders.add(folder);
  return folder;
}
