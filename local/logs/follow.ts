import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { GrowingFile } from "./read-tail.ts";

/** How often a log is looked at. Watching by the system would miss what other file systems do not tell. */
const LOOK_EVERY_MS = 200;

export interface FollowOptions {
  /** How many of the last lines come first. */
  lines: number;
  write: (chunk: Buffer) => void;
  /** Ends the following. */
  signal: AbortSignal;
}

/** Hands over the end of a log. @returns false when there is none yet */
export function printTail(file: string, { lines, write }: Omit<FollowOptions, "signal">): boolean {
  const log = open(file, lines);
  log?.read(write);
  log?.close();
  return log !== null;
}

/**
 * Hands over the end of a log and then what is added to it, until `signal` is aborted. A log that is put aside is
 * read to its end, and the new one from its beginning; one that is not there yet is waited for.
 */
export async function followLog(file: string, { lines, write, signal }: FollowOptions): Promise<void> {
  let log = open(file, lines);
  try {
    while (!signal.aborted) {
      log?.read(write);
      const inode = statSync(file, { throwIfNoEntry: false })?.ino;
      if (log === null || log.isCut || (inode !== undefined && inode !== log.inode)) {
        // Once more: what was written before it was put aside, after the read above.
        log?.read(write);
        log?.close();
        log = open(file, "all");
        if (log !== null) continue;
      }
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    log?.close();
  }
}

function open(file: string, lines: number | "all"): GrowingFile | null {
  try {
    return new GrowingFile(file, lines);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
