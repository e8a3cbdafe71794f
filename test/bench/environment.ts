import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { median } from "./statistics.ts";

const SYNCS = 100;
const BLOCK_BYTES = 4_096;

/** The machine that a run was made on, as lines. */
export function describeMachine(): string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} cores (${cpu?.model.trim()}), ${(totalmem() / 1e9).toFixed(0)} GB, kernel ${release()}; load average at the start ${loadavg()[0]?.toFixed(1)}`,
    `A write of 4 KB with fdatasync takes ${syncMs().toFixed(2)} ms (median of ${SYNCS}) where the databases lie`,
    `Node.js ${process.versions.node}; commit ${commit()}; ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
  ];
}

function syncMs(): number {
  const path = join(tmpdir(), `ticketflow-bench-sync-${process.pid}`);
  const file = openSync(path, "w");
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    const times = Array.from({ length: SYNCS }, () => {
      const begun = performance.now();
      writeSync(file, block);
      fdatasyncSync(file);
      return performance.now() - begun;
    });
    return median(times);
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
