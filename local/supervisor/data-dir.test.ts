import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claimDataDir, wipeDataDir } from "./data-dir.ts";
import { PlatformError } from "./part.ts";
import { temporaryFolder } from "./testing.ts";

describe("the data folder", () => {
  it("is made when it is not there, and wiped whole but for its marker and lock", () => {
    const folder = join(temporaryFolder(), "new");
    claimDataDir(folder);
    mkdirSync(join(folder, "postgres"));
    writeFileSync(join(folder, "postgres", "x"), "");
    writeFileSync(join(folder, "supervisor.lock"), "");
    wipeDataDir(folder);
    expect(readdirSync(folder).sort()).toEqual([".ticketflow-data", "supervisor.lock"]);
  });

  it("is neither claimed nor wiped when it holds something and has no marker", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "thesis.txt"), "mine");
    expect(() => claimDataDir(folder)).toThrow(PlatformError);
    expect(() => wipeDataDir(folder)).toThrow(PlatformError);
    expect(existsSync(join(folder, "thesis.txt"))).toBe(true);
  });
});
