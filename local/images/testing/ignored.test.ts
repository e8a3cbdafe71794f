import { expect, it } from "vitest";
import { textOf } from "../../backends/compose/testing.ts";
import { ignoredBy } from "./ignored.ts";

it("lets what an image is made of into it, and nothing that is private or only tests", () => {
  const isIgnored = ignoredBy(textOf(".dockerignore"));
  for (const path of ["package.json", ".npmrc", "local/config.ts", "local/neon/main.ts", "shared/a/b.ts"]) {
    expect(isIgnored(path), path).toBe(false);
  }
  const outside = [
    ".dev.vars",
    ".data/secrets.json",
    ".git/config",
    "node_modules/ws/index.js",
    "workers/a.ts",
  ];
  for (const path of [
    ...outside,
    "local/parts/secrets.ts",
    "local/neon/main.test.ts",
    "shared/x/y.test.ts",
  ]) {
    expect(isIgnored(path), path).toBe(true);
  }
});
