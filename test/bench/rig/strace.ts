import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { start } from "./processes.ts";

/** Until it has attached itself to every thread. */
const ATTACH_MS = 500;

/**
 * Counts a process's calls of fsync and fdatasync during some work.
 * @returns the count with what the work came to; or why there is none
 */
export async function straced<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ calls: number; result: T } | string> {
  const child = start("strace", ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let written = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    written += chunk.toString();
  });
  const ended = once(child, "close").then(
    () => "it ended",
    () => "it is not installed",
  );
  const early = await Promise.race([ended, delay(ATTACH_MS)]);
  if (early) return `${early} ${written.trim()}`.trim();
  const result = await work();
  child.kill("SIGINT");
  await ended;
  // A call that another thread interrupts is printed twice; its second half has "resumed" in it.
  const calls = written
    .split("\n")
    .filter((line) => /\bf(data)?sync\(/.test(line) && !line.includes("resumed"));
  return { calls: calls.length, result };
}
