import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { describeProcess, isRunning, type ProcessRecord, processIdentity } from "../cli/process-identity.mjs";
import { PlatformError } from "./part.ts";

const POLL_MS = 20;
/** What a process leaves behind when it has ended in order is given this long to end as well. */
const REMAINDER_GRACE_MS = 2_000;
/** A killed process is gone at once, unless it hangs in the kernel. */
const KILL_LIMIT_MS = 5_000;
const PS_LIMIT_MS = 5_000;

const NEVER = new AbortController().signal;

/** Sends a signal to a process group; that it has ended already is no error. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  send(-pgid, signal);
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** All pids on Linux. */
export function allPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function groupOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, , pgid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(pgid);
  } catch {
    return null;
  }
}

function membersFromPs(pgid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,pgid=,state="], {
    encoding: "utf8",
    timeout: PS_LIMIT_MS,
  });
  return rows
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .filter(([, group, state]) => Number(group) === pgid && !state?.startsWith("Z"))
    .map(([pid]) => Number(pid));
}

/** The living processes of a group. Ended ones that nobody has waited for yet do not count: they hold nothing. */
export function livingMembers(pgid: number): number[] {
  if (process.platform !== "linux") return membersFromPs(pgid);
  return allPids().filter((pid) => groupOf(pid) === pgid && processIdentity(pid) !== null);
}

async function waitUntil(done: () => boolean, limitMs: number, hurry: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!done()) {
    if (hurry.aborted || performance.now() >= deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

export type StopOptions = { stopSignal: NodeJS.Signals; stopGraceMs: number; hurry?: AbortSignal };

/**
 * Ends the process group that `leader` leads, for good: asks its leader, gives the rest a moment, kills what is left. When `hurry` is
 * aborted, at any time, everything is killed at once. Throws PlatformError if a process survives even that.
 */
export async function stopGroup(leader: ProcessRecord, options: StopOptions): Promise<void> {
  const { stopSignal, stopGraceMs, hurry = NEVER } = options;
  const pgid = leader.pid;
  const leaderEnded = () => !isRunning(leader);
  const allEnded = () => livingMembers(pgid).length === 0;

  // Only the leader is asked: a database closes its own helpers, in the order that it needs.
  if (!leaderEnded() && !hurry.aborted) {
    send(pgid, stopSignal);
    await waitUntil(leaderEnded, stopGraceMs, hurry);
  }
  if (leaderEnded() && !allEnded() && !hurry.aborted) {
    signalGroup(pgid, "SIGTERM");
    await waitUntil(allEnded, REMAINDER_GRACE_MS, hurry);
  }
  if (allEnded()) return;
  signalGroup(pgid, "SIGKILL");
  if (await waitUntil(allEnded, KILL_LIMIT_MS, NEVER)) return;
  throw new PlatformError(`Process ${livingMembers(pgid).join(", ")} could not be killed.`);
}

/**
 * Ends processes of unknown grouping that are known to be ours, as `stopGroup` does. They are remembered by pid:
 * one that is ending can no longer be found by its environment, while its ports are still open.
 */
export async function stopProcesses(pids: readonly number[], hurry: AbortSignal = NEVER): Promise<void> {
  const found = pids.map(describeProcess).filter((record) => record !== null);
  const living = () => found.filter(isRunning).map(({ pid }) => pid);
  const noneLeft = () => living().length === 0;
  for (const pid of living()) send(pid, "SIGTERM");
  if (await waitUntil(noneLeft, REMAINDER_GRACE_MS, hurry)) return;
  for (const pid of living()) send(pid, "SIGKILL");
  if (await waitUntil(noneLeft, KILL_LIMIT_MS, NEVER)) return;
  throw new PlatformError(`Process ${living().join(", ")} could not be killed.`);
}
