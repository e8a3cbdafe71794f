import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { describeProcess, isRunning, processIdentity } from "./process-identity.mjs";

/** Linux reads /proc, macOS asks `ps`, Windows can only ask whether the pid is taken. */
const on = (platform: NodeJS.Platform) => vi.spyOn(process, "platform", "get").mockReturnValue(platform);

/** A process that lives until the test has ended. */
async function living() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child, "spawn");
  return child;
}

/** The pid of a process that has ended. */
const ended = () => spawnSync(process.execPath, ["-e", ""]).pid;

const systems: NodeJS.Platform[] =
  process.platform === "win32" ? ["win32"] : [process.platform, "darwin", "win32"];

describe.each([...new Set(systems)])("on %s", (platform) => {
  it("a living process has the same identity each time, and one that has ended has none", async () => {
    const spy = on(platform);
    onTestFinished(() => spy.mockRestore());
    const child = await living();
    const record = describeProcess(child.pid!);
    expect(record).toEqual({ pid: child.pid, identity: processIdentity(child.pid!) });
    expect(record?.identity).toBeTruthy();
    expect(isRunning(record!)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(describeProcess(child.pid!)).toBeNull();
    expect(isRunning(record!)).toBe(false);
    expect(processIdentity(ended())).toBeNull();
  });
});

if (process.platform !== "win32") {
  it("a process that began at another time is another one, by `ps` too", () => {
    const spy = on("darwin");
    onTestFinished(() => spy.mockRestore());
    expect(isRunning({ pid: process.pid, identity: "Mon Jan  5 10:00:00 2026" })).toBe(false);
  });
}
