import { afterEach, beforeEach, expect, it, vi } from "vitest";

const before = process.env.NODE_V8_COVERAGE;
beforeEach(() => {
  process.env.NODE_V8_COVERAGE = "counting";
});
afterEach(() => {
  process.env.NODE_V8_COVERAGE = before;
  if (before === undefined) delete process.env.NODE_V8_COVERAGE;
});

/** As another process does it, which has parsed nothing yet. */
async function inAnotherProcess(source: string, path: string) {
  vi.resetModules();
  const { instrument } = await import("./instrument.ts");
  return instrument(source, path);
}

it("gives what was parsed before, and never what another source or another file came to", async () => {
  const [path, other] = ["local/none/one.ts", "local/none/other.ts"];
  const one = await inAnotherProcess("export const a: number = 1;", path);
  expect(one.statements.map(({ line }) => line)).toEqual([1]);
  expect(await inAnotherProcess("export const a: number = 1;", path)).toEqual(one);
  const changed = await inAnotherProcess("export const a: number = 1;\na.toFixed();", path);
  expect(changed.statements.map(({ line }) => line)).toEqual([1, 2]);
  const { code } = await inAnotherProcess("export const a: number = 1;", other);
  expect(code).toContain(other);
  expect(code).not.toContain(path);
});
