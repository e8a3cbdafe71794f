import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const PS_LIMIT_MS = 5_000;

/** Each living process with its parent. */
function parents(): Map<number, number> {
  return process.platform === "linux" ? parentsFromProc() : parentsFromPs();
}

function parentsFromProc(): Map<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in brackets may itself hold brackets: count from the last one.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state !== "Z") found.set(pid, Number(parent));
    } catch {
      // It has ended since the folder was listed.
    }
  }
  return found;
}

function parentsFromPs(): Map<number, number> {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8", timeout: PS_LIMIT_MS });
  return new Map(
    rows
      .trim()
      .split("\n")
      .map((row) => row.trim().split(/\s+/).map(Number) as [number, number]),
  );
}

/**
 * The living processes below these, and these themselves, parents before their children. Found by parent, not
 * by group: Postgres gives each of its processes a group of its own.
 */
export function processTree(roots: readonly number[]): number[] {
  const parentOf = parents();
  const tree = new Set(roots.filter((pid) => parentOf.has(pid)));
  for (let size = -1; size !== tree.size; ) {
    size = tree.size;
    for (const [pid, parent] of parentOf) if (tree.has(parent)) tree.add(pid);
  }
  return [...tree];
}
