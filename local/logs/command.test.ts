import { appendFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandError, UsageError } from "../cli/command.ts";
import { readConfig } from "../config.ts";
import { temporaryFolder, until } from "../supervisor/testing.ts";
import { logsCommand } from "./command.ts";

function logs() {
  const config = readConfig({ TICKETFLOW_DATA_DIR: temporaryFolder() });
  mkdirSync(join(config.dataDir, "logs"));
  const file = join(config.dataDir, "logs", "workers.log");
  let printed = "";
  const write = (chunk: Buffer) => {
    printed += chunk.toString("utf8");
  };
  const stop = new AbortController();
  const run = (...args: string[]) => logsCommand(args, { config, write, signal: stop.signal });
  return { file, run, stop, printed: () => printed };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `line ${from + n}\n`).join("");

describe("npm run logs", () => {
  it("prints the last lines, as many as asked for", async () => {
    const { file, run, printed } = logs();
    writeFileSync(file, lines(1, 300));
    expect(await run("workers", "--no-follow", "-n", "3")).toBe(0);
    expect(printed()).toBe(lines(298, 300));
    await run("workers", "--no-follow");
    expect(printed()).toBe(lines(298, 300) + lines(201, 300));
  });

  it("prints all of a shorter log, and nothing for no lines", async () => {
    const { file, run, printed } = logs();
    writeFileSync(file, `${lines(1, 2)}half a line`);
    await run("workers", "--no-follow", "-n", "0");
    expect(printed()).toBe("");
    await run("workers", "--no-follow", "-n", "50");
    expect(printed()).toBe(`${lines(1, 2)}half a line`);
  });

  it("finds the last lines across more than is read at once", async () => {
    const { file, run, printed } = logs();
    const long = Array.from({ length: 40 }, (_, n) => `${String(n).repeat(9_000).slice(0, 9_000)}\n`);
    writeFileSync(file, long.join(""));
    await run("workers", "--no-follow", "-n", "30");
    expect(printed()).toBe(long.slice(-30).join(""));
  });

  it("follows a log over its being put aside and cut, and waits for one that is not there yet", async () => {
    const { file, run, stop, printed } = logs();
    const following = run("workers", "-n", "1");
    writeFileSync(file, lines(1, 2));
    await until(() => printed() === lines(1, 2));
    appendFileSync(file, lines(3, 3));
    await until(() => printed() === lines(1, 3));
    // As a part's start does it: what was written last is in the old file.
    appendFileSync(file, lines(4, 4));
    renameSync(file, `${file}.1`);
    writeFileSync(file, lines(5, 6));
    await until(() => printed() === lines(1, 6));
    truncateSync(file);
    await until(() => printed() === lines(1, 6));
    appendFileSync(file, "7\n");
    await until(() => printed() === `${lines(1, 6)}7\n`);
    stop.abort();
    expect(await following).toBe(0);
  });

  it("names the parts when it is given none, an unknown one or two", async () => {
    const { run } = logs();
    for (const args of [[], ["kafka"], ["workers", "mongo"], ["../secrets"]]) {
      const refusal = await run(...args).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(UsageError);
      expect(String(refusal)).toMatch(/The parts are workers, postgres, .*supervisor/);
    }
  });

  it("refuses a number of lines that is none, and says when there is no log", async () => {
    const { run } = logs();
    await expect(run("workers", "-n", "many")).rejects.toThrow(
      '--lines takes a whole number from 0 to 100000, not "many"',
    );
    await expect(run("workers", "--no-follow")).rejects.toThrow(CommandError);
  });
});
