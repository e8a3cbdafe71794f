import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { platformSecrets } from "./secrets.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const stored = () => JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8"));

it("makes secrets once, for their owner's eyes", () => {
  const made = platformSecrets(dataDir);
  expect(platformSecrets(dataDir)).toEqual(made);
  expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
});

it("completes those of an earlier version, and changes none of them", () => {
  const made = platformSecrets(dataDir);
  const { redisRest: _, mongo, ...earlier } = made;
  const { events } = mongo;
  writeFileSync(join(dataDir, "secrets.json"), JSON.stringify({ ...earlier, mongo: { events } }));
  const completed = platformSecrets(dataDir);
  expect(completed).toEqual({
    ...made,
    redisRest: expect.stringMatching(/^[0-9a-f]{48}$/),
    mongo: { ...Object.fromEntries(Object.keys(mongo).map((name) => [name, expect.any(String)])), events },
  });
  expect(stored()).toEqual(completed);
  expect(platformSecrets(dataDir)).toEqual(completed);
  expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
});
