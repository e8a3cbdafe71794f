import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { simulate } from "../command.ts";
import { GUARDS } from "./guards.ts";

const LIMIT_MS = 300_000;

/** What the simulation is worth: each guard that is taken out of the production source is missed within this many seeds. */
const SEEDS = 1_000;

const compiledDir = mkdtempSync(join(tmpdir(), "ticketflow-planted-"));
afterAll(() => rmSync(compiledDir, { recursive: true, force: true }));

describe("without the guard that", () => {
  it.each(GUARDS)("$name, something goes wrong", { timeout: LIMIT_MS }, async ({ name, firstSeed = 1 }) => {
    const args = [
      "--seeds",
      String(SEEDS),
      "--first-seed",
      String(firstSeed),
      "--stop-at-first",
      "--jobs",
      "1",
    ];
    const { code, printed } = await simulate(args, { withoutGuard: name, compiledDir });
    // It failed by a violation, told with its seed and the shortest history, and by nothing else.
    expect(printed).toMatch(/^seed \d+: \S/m);
    expect(printed).toMatch(/^The shortest history found of seed \d+/m);
    expect(printed).toMatch(/1 failed$/m);
    expect(code).toBe(1);
  });
});
