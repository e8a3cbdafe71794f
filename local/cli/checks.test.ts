import { describe, expect, it } from "vitest";
import { runChecks } from "./checks.ts";

const check = (name: string, code: string) => ({ name, args: ["-e", code] });

async function run(...checks: { name: string; args: string[] }[]): Promise<{ ok: boolean; printed: string }> {
  const lines: string[] = [];
  const ok = await runChecks(checks, import.meta.dirname, (line) => lines.push(line));
  return { ok, printed: lines.join("\n") };
}

describe("runChecks", () => {
  it("passes when every check does, with a line and a time for each, and none of their output", async () => {
    const { ok, printed } = await run(
      check("one", "console.log('noise')"),
      check("two", ""),
      check("three", ""),
    );
    expect(ok).toBe(true);
    for (const name of ["one", "two", "three"])
      expect(printed).toMatch(new RegExp(`passed {2}${name} \\(\\d+\\.\\d s\\)`));
    expect(printed).not.toContain("noise");
  });

  it("fails when one does, and shows what that one wrote to either stream", async () => {
    const { ok, printed } = await run(
      check("good", "console.log('noise')"),
      check("bad", "console.log('on stdout'); console.error('on stderr'); process.exitCode = 3"),
    );
    expect(ok).toBe(false);
    expect(printed).toMatch(/FAILED {2}bad/);
    expect(printed).toContain("on stdout");
    expect(printed).toContain("on stderr");
    expect(printed).not.toContain("noise");
  });

  it("fails when a check is ended by a signal", async () => {
    expect((await run(check("killed", "process.kill(process.pid, 'SIGKILL')"))).ok).toBe(false);
  });
});
