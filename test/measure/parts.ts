import type { KillablePlatform } from "../support/killable-platform.ts";
import { processTree } from "../support/process-tree.ts";
import { type Memory, memoryOf } from "./memory.ts";

/** The memory of each part, and of what starts and watches them. */
export function memoryByPart(platform: KillablePlatform, names: readonly string[]): Map<string, Memory> {
  const trees = new Map(names.map((name) => [name, processTree([platform.pidOf(name) ?? 0])]));
  const inParts = new Set([...trees.values()].flat());
  trees.set(
    "launcher and supervisor",
    platform.processes().filter((pid) => !inParts.has(pid)),
  );
  return new Map([...trees].map(([name, pids]) => [name, memoryOf(pids)]));
}
