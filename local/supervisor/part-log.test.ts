import { closeSync, existsSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logTail, openPartLog } from "./part-log.ts";
import { temporaryFolder } from "./testing.ts";

function write(file: string, text: string, rotateBytes?: number): number {
  const { fd, from } = openPartLog(file, rotateBytes);
  writeSync(fd, text);
  closeSync(fd);
  return from;
}

describe("a part's log", () => {
  it("goes on where it was, and shows only the last lines of this run", () => {
    const file = join(temporaryFolder(), "logs", "a.log");
    write(file, "an earlier run\n");
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`);
    const from = write(file, `${lines.join("\n")}\n`);
    expect(logTail(file, from)).toEqual(lines.slice(-20));
    expect(readFileSync(file, "utf8")).toContain("an earlier run");
  });

  it("puts a large one aside, and keeps three", () => {
    const file = join(temporaryFolder(), "a.log");
    for (const text of ["1111", "2222", "3333", "4444", "5555"]) write(file, text, 3);
    expect(["", ".1", ".2", ".3"].map((suffix) => readFileSync(file + suffix, "utf8"))).toEqual([
      "5555",
      "4444",
      "3333",
      "2222",
    ]);
    expect(existsSync(`${file}.4`)).toBe(false);
  });

  it("shows nothing of a run that wrote nothing, even if its log is gone", () => {
    expect(logTail(join(temporaryFolder(), "none.log"), 0)).toEqual([]);
  });
});
