import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { memoryOf } from "./memory.ts";

const MEGABYTE = 1024 * 1024;

/** A process that holds so many bytes of its own. @returns its pid, once it does */
async function holding(bytes: number): Promise<number> {
  const child = spawn(process.execPath, [
    "-e",
    `const held = Buffer.alloc(${bytes}, 1); console.log(held.length); setInterval(() => held.length, 1000)`,
  ]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

describe.runIf(process.platform === "linux")("the memory of processes", () => {
  it("counts what each holds for itself, and what they share once", async () => {
    const [small, large] = [await holding(MEGABYTE), await holding(100 * MEGABYTE)];
    const [alone, other, both] = [memoryOf([small]), memoryOf([large]), memoryOf([small, large])];
    expect(other.rss - alone.rss).toBeGreaterThan(90 * MEGABYTE);
    expect(alone.resident).toBeGreaterThan(0.9 * alone.rss);
    expect(both.processes).toBe(2);
    expect(both.rss).toBeGreaterThan(0.95 * (alone.rss + other.rss));
    // Both run the same program: tens of megabytes of it.
    expect(both.resident).toBeLessThan(alone.resident + other.resident - 10 * MEGABYTE);
    expect(both.resident).toBeGreaterThan(100 * MEGABYTE);
  });

  it("leaves out a process that has ended", () => {
    expect(memoryOf([2 ** 30])).toEqual({ processes: 0, rss: 0, resident: 0 });
  });
});
