import { readFileSync } from "node:fs";
import { platformParts } from "#local/parts/platform.ts";
import type { KillablePlatform } from "../../support/killable-platform.ts";
import { processTree } from "../../support/process-tree.ts";

/** Linux counts in these, whatever the machine (USER_HZ). */
const TICKS_A_SECOND = 100;

/** CPU seconds, user and system, by what ran. */
export type CpuSeconds = Map<string, number>;

/** What each part of the platform has used so far, the Workers' runtime apart from its launcher, and this process. */
export function cpuNow(platform: KillablePlatform): CpuSeconds {
  const used: CpuSeconds = new Map();
  const add = (name: string, pid: number) => used.set(name, (used.get(name) ?? 0) + secondsOf(pid));
  const counted = new Set<number>();
  for (const { name } of platformParts(platform.config)) {
    for (const pid of processTree([platform.pidOf(name) ?? 0])) {
      counted.add(pid);
      add(name === "workers" ? `workers (${commandOf(pid)})` : name, pid);
    }
  }
  for (const pid of platform.processes()) if (!counted.has(pid)) add("launcher and supervisor", pid);
  add("load generator", process.pid);
  return used;
}

/** What was used between two looks. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
}

export const totalOf = (cpu: CpuSeconds): number => [...cpu.values()].reduce((sum, one) => sum + one, 0);

/** Its own and that of its children that have ended; 0 for one that has ended itself: its parent has it. */
function secondsOf(pid: number): number {
  const [, , , , , , , , , , , user, system, childUser, childSystem] = statOf(pid);
  return [user, system, childUser, childSystem].reduce((sum, n) => sum + Number(n ?? 0), 0) / TICKS_A_SECOND;
}

/** The fields after the name: the name in brackets may itself hold blanks. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "ended";
  }
};
