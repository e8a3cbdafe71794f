import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** A fast shutdown ends sessions and writes a checkpoint: seconds, unless the disk is very slow. */
const FAST_SHUTDOWN_MS = 15_000;
/** After that recovery from the log is cheaper than waiting. */
const KILL_WAIT_MS = 5_000;
const POLL_MS = 20;

/**
 * Stops what a crashed launcher left running over this cluster, and clears a pid file that would keep the
 * next server from starting. A process that merely got the old number is left alone.
 * Answers what was done, in words for the log. Throws when something of ours cannot be stopped.
 */
export async function clearStaleServer(
  clusterDir: string,
  fastShutdownMs = FAST_SHUTDOWN_MS,
): Promise<string[]> {
  const notes: string[] = [];
  const pidFile = join(clusterDir, "postmaster.pid");
  const recorded = await recordedPid(pidFile);
  if (recorded !== undefined && isAlive(recorded)) {
    if (await isServerOf(recorded, clusterDir)) {
      notes.push(`stopped the PostgreSQL that an earlier start left running (pid ${recorded})`);
      await stop(recorded, fastShutdownMs);
    } else {
      // The server would take any live process of this number for a rival and refuse to start.
      notes.push(
        `removed a pid file of PostgreSQL whose number (${recorded}) now belongs to another process`,
      );
      await rm(pidFile, { force: true });
    }
  }
  // Children that were computing when their postmaster was killed do not notice at once, and the server
  // does not start while one of them still holds the shared memory.
  for (const orphan of await processesOf(clusterDir)) {
    notes.push(`ended an orphaned PostgreSQL process (pid ${orphan})`);
    signal(orphan, "SIGKILL");
    await waitUntilGone(orphan, KILL_WAIT_MS);
  }
  return notes;
}

async function stop(pid: number, fastShutdownMs: number): Promise<void> {
  signal(pid, "SIGINT");
  if (await isGoneWithin(pid, fastShutdownMs)) return;
  signal(pid, "SIGKILL");
  await waitUntilGone(pid, KILL_WAIT_MS);
}

async function recordedPid(pidFile: string): Promise<number | undefined> {
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = Number(text.split("\n")[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

/** The server's processes have their cluster as working folder; where that cannot be read, its arguments tell. */
async function isServerOf(pid: number, clusterDir: string): Promise<boolean> {
  if (process.platform === "linux") return (await processesOf(clusterDir)).includes(pid);
  const command = await commandLine(pid);
  return command.includes("postgres") && command.includes(clusterDir);
}

async function commandLine(pid: number): Promise<string> {
  const [file, args] =
    process.platform === "win32"
      ? [
          "powershell",
          [
            "-NoProfile",
            "-Command",
            `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
          ],
        ]
      : ["ps", ["-ww", "-o", "command=", "-p", String(pid)]];
  return promisify(execFile)(file as string, args as string[]).then(
    ({ stdout }) => stdout,
    () => "",
  );
}

/** Processes named postgres that work in this cluster. Linux only: elsewhere none are found. */
async function processesOf(clusterDir: string): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const cluster = await realpath(clusterDir).catch(() => clusterDir);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      if (cwd !== cluster) return [];
      const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      return name.trim() === "postgres" ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

/** Sends a signal; false when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    // EPERM: it lives, but is not ours to signal.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isGoneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += POLL_MS) {
    if (!isAlive(pid) || (await isZombie(pid))) return true;
    await delay(POLL_MS);
  }
  return false;
}

/** An ended child that nobody collected still answers to its number. */
async function isZombie(pid: number): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return /\) Z /.test(stat);
}

async function waitUntilGone(pid: number, timeoutMs: number): Promise<void> {
  if (!(await isGoneWithin(pid, timeoutMs))) throw new Error(`PostgreSQL process ${pid} does not end`);
}
