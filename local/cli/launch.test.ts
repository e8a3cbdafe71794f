import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { livingMembers } from "../supervisor/process-group.ts";
import { until } from "../supervisor/testing.ts";
import { processIdentity } from "./process-identity.mjs";

/** A launcher in a process group of its own, as a terminal's foreground group is, and the command that it runs. */
function launch(command: string) {
  const folder = mkdtempSync(join(tmpdir(), "launch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "command.ts");
  writeFileSync(script, command);
  const source = `
    import { launch } from ${JSON.stringify(new URL("launch.mjs", import.meta.url).href)};
    const options = { node: process.execPath, script: ${JSON.stringify(script)}, args: ["a", "b"] };
    process.exit(await launch({ ...options, onSpawn: (pid) => console.log("pid", pid) }));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { detached: true });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, ended, output: () => text, pid: () => Number(/pid (\d+)/.exec(text)?.[1]) };
}

const COUNTING = `
  let signals = 0;
  process.on("SIGINT", () => { console.log("got", ++signals); setTimeout(() => { console.log("signals", signals); process.exit(5); }, 400); });
  setInterval(() => {}, 1e6);
  console.log("up");`;

describe("launch", () => {
  it("runs the command with its arguments and passes on its exit code", async () => {
    const { ended, output } = launch(
      `const args: string[] = process.argv.slice(2); console.log(args); process.exit(3);`,
    );
    expect(await ended).toBe(3);
    expect(output()).toContain("[ 'a', 'b' ]");
  });

  it("lets a command end that has nothing more to do", async () => {
    expect(await launch("").ended).toBe(0);
  });

  it("answers 128 + n for a command that a signal has ended", async () => {
    expect(await launch(`process.kill(process.pid, "SIGKILL")`).ended).toBe(137);
  });

  it("passes a Ctrl-C on once, though it comes from the terminal and again from npm, and waits for the end", async () => {
    const { child, ended, output } = launch(COUNTING);
    await until(() => output().includes("up"));
    expect(livingMembers(child.pid ?? 0)).toEqual([child.pid]); // so that the command has it from the launcher alone
    process.kill(-(child.pid ?? 0), "SIGINT"); // the terminal: everyone in the foreground group
    await until(() => output().includes("got 1"));
    child.kill("SIGINT"); // npm
    expect(await ended).toBe(5);
    expect(output()).toContain("signals 1");
  });

  it("asks the command to end when the launcher is killed with -9", async () => {
    const { child, output, pid } = launch(`
      process.on("SIGTERM", () => { process.exit(); }); setInterval(() => {}, 1e6); console.log("up");`);
    await until(() => output().includes("up"));
    child.kill("SIGKILL");
    await until(() => processIdentity(pid()) === null);
  });
});
