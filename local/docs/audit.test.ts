import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(resolve(root, path), "utf8");

/** Words with hyphens in the checks' code that name no check: what is mended, and kinds of mails. */
const OTHERS = new Set(["cancel-authorisation", "booking-confirmed", "booking-failed", "booking-cancelled"]);

it("every check of the audit is on the page that says what to do about it, and no other is", () => {
  const sources = globSync("workers/operations/src/core/audit/*.ts", { cwd: root }).filter(
    (path) => !path.endsWith(".test.ts"),
  );
  const named = sources.flatMap((path) => [...read(path).matchAll(/"([a-z]+(?:-[a-z]+)+)"/g)]);
  const checks = new Set(named.map(([, name]) => name!).filter((name) => !OTHERS.has(name)));
  const documented = [...read("docs/audit.md").matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name!);
  expect(new Set(documented)).toEqual(checks);
  expect(documented).toHaveLength(checks.size);
});
