import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "../config.ts";

const { root } = readConfig({});
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

it("every npm script is a command that is there, and every command has its script", () => {
  const { stderr } = spawnSync(process.execPath, [join(root, "local/cli/run.mjs")], { encoding: "utf8" });
  const known = /npm run <(.+)>/.exec(stderr)![1]!.split(" | ");
  const asked = Object.values(scripts).map((script) => /^node local\/cli\/run\.mjs (\S+)$/.exec(script)?.[1]);
  expect(asked.toSorted()).toEqual(known.toSorted());
});
