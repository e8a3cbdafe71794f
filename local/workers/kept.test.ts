import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { keptWorkers } from "./kept.ts";

const WORKER = {
  name: "one",
  options: { name: "one", modules: true as const, script: "1" },
  crons: ["* * * * *"],
};
/** All files of the test are older than the making of the Worker. */
const SINCE = 2_000_000_000_000;

let root: string;
let dir: string;
let config: string;
let source: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kept-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  dir = join(root, "kept");
  mkdirSync(join(root, "one"));
  config = join(root, "one", "wrangler.toml");
  source = join(root, "one", "index.ts");
  writeFileSync(config, "name = 'one'");
  writeFileSync(source, "one");
  keptWorkers(false, dir, root).keep(config, { worker: WORKER, inputs: [source] }, SINCE);
});

/** As the next start finds it. */
const found = (counting = false, checkout = root) => keptWorkers(counting, dir, checkout).find(config);

it("gives a Worker back as it was prepared, while nothing that it was made of has changed", () => {
  expect(found()).toEqual(WORKER);
  writeFileSync(source, "two");
  expect(found()).toBeUndefined();
  writeFileSync(source, "one");
  expect(found()).toEqual(WORKER);
  writeFileSync(config, "name = 'two'");
  expect(found()).toBeUndefined();
});

it("keeps those that count their lines apart", () => {
  expect(found(true)).toBeUndefined();
});

it("makes anew what was made of a file that is gone", () => {
  rmSync(source);
  expect(found()).toBeUndefined();
});

it("keeps and gives none beside whose configuration secrets lie, and none from elsewhere", () => {
  writeFileSync(join(root, "one", ".dev.vars"), "SECRET=1");
  expect(found()).toBeUndefined();
  rmSync(join(root, "one", ".dev.vars"));
  expect(found(false, join(root, "elsewhere"))).toBeUndefined();
  const other = join(root, "two", "wrangler.toml");
  mkdirSync(join(root, "two"));
  for (const name of [other, join(root, "two", ".env")]) writeFileSync(name, "");
  keptWorkers(false, dir, root).keep(other, { worker: WORKER, inputs: [] }, SINCE);
  rmSync(join(root, "two", ".env"));
  expect(keptWorkers(false, dir, root).find(other)).toBeUndefined();
});

it("keeps none of whose files one was changed while it was made", () => {
  writeFileSync(source, "two");
  utimesSync(source, SINCE / 1000, SINCE / 1000);
  keptWorkers(false, dir, root).keep(config, { worker: WORKER, inputs: [source] }, SINCE);
  expect(found()).toBeUndefined();
});
