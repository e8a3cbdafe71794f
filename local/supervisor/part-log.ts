import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

/** A log that has grown beyond this is put aside when its part starts the next time. */
const ROTATE_BYTES = 10 * 1024 * 1024;
/** Older ones are overwritten. */
const KEPT_LOGS = 3;
/** What an error shows of a log. */
const TAIL_LINES = 20;
const TAIL_BYTES = 64 * 1024;

export const logFileOf = (dataDir: string, part: string): string => join(dataDir, "logs", `${part}.log`);

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Opens a part's log for appending, putting a large one aside first (`.1` is the newest of those kept).
 * The caller closes `fd`. `from` is where this run's lines begin.
 */
export function openPartLog(file: string, rotateBytes = ROTATE_BYTES): { fd: number; from: number } {
  mkdirSync(join(file, ".."), { recursive: true });
  if (sizeOf(file) > rotateBytes) {
    for (let n = KEPT_LOGS; n > 0; n--) {
      const older = n === 1 ? file : `${file}.${n - 1}`;
      if (sizeOf(older) > 0) renameSync(older, `${file}.${n}`);
    }
  }
  return { fd: openSync(file, "a"), from: sizeOf(file) };
}

/** The last lines that a log has after byte `from`, at most TAIL_LINES of them. */
export function logTail(file: string, from: number): string[] {
  const end = sizeOf(file);
  const start = Math.max(from, end - TAIL_BYTES);
  if (end <= start) return [];
  const buffer = Buffer.alloc(end - start);
  const fd = openSync(file, "r");
  try {
    readSync(fd, buffer, 0, buffer.length, start);
  } finally {
    closeSync(fd);
  }
  return buffer.toString("utf8").trimEnd().split("\n").slice(-TAIL_LINES);
}
