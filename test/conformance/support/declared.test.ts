import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { declaredCases } from "./declared.ts";

const ROOT = new URL("../", import.meta.url);
const servers = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "support")
  .map((entry) => entry.name);

describe.each(servers)("the conformance suite of %s", (server) => {
  const folder = new URL(`${server}/`, ROOT);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => ({ name, ...declaredCases(readFileSync(new URL(name, folder), "utf8")) }));

  it("declares every case with the page that it is read from", () => {
    const faults = files.flatMap(({ name, faults }) => faults.map((fault) => `${name}:${fault}`));
    expect(faults).toEqual([]);
    for (const { name, conforming, refusing } of files)
      expect(conforming + refusing, name).toBeGreaterThan(0);
  });

  it("is for a third, or more, of what the server refuses", () => {
    const refusing = files.reduce((sum, file) => sum + file.refusing, 0);
    const all = refusing + files.reduce((sum, file) => sum + file.conforming, 0);
    expect(refusing * 3).toBeGreaterThanOrEqual(all);
  });
});

describe("what a file declares", () => {
  it("counts single cases, and a table's rows", () => {
    const source = `
      const PAGE = "https://docs.example/page";
      conforms(PAGE, "a", run);
      refuses("https://docs.example/b", "b", run);
      refuses.each(\`https://docs.example/\${x}\`, [1, 2, 3], String, run);
      refuses.each(PAGE, [1, 2] as const, String, run);
      other("c", run);`;
    expect(declaredCases(source)).toEqual({ conforming: 1, refusing: 6, faults: [] });
  });

  it.each([
    ['conforms("a title", run);', "1: cites no page"],
    ["refuses(UNKNOWN, 'b', run);", "1: cites no page"],
    ["conforms();", "1: cites no page"],
    ['import { it } from "vitest";', "1: a case is declared by conforms or refuses, which take its citation"],
    [
      'import { test as case_ } from "vitest";',
      "1: a case is declared by conforms or refuses, which take its citation",
    ],
  ])("finds the fault in %s", (source, fault) => {
    expect(declaredCases(source).faults).toEqual([fault]);
  });
});
