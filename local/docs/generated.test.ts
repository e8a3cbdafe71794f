import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLIENT_FOLDER } from "./client.ts";
import { generatedFiles, ROOT } from "./generated.ts";

const files = await generatedFiles();

describe("generated files; if one is not current: npm run generate", () => {
  it.each(Object.keys(files))("%s says what it is generated from", (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
    expect(readFileSync(join(ROOT, path), "utf8")).toBe(files[path]);
  });

  it("are all that lies in the client's folder", () => {
    const there = globSync(`${CLIENT_FOLDER}/**/*.*`, { cwd: ROOT });
    expect(there.filter((path) => !(path in files))).toEqual([]);
    expect(there.length).toBeGreaterThan(10);
  });
});
