import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { tryLock } from "./pid-lock.mjs";

function lockFile(content?: string): string {
  const dir = mkdtempSync(join(tmpdir(), "pid-lock-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, "install.lock");
  if (content !== undefined) writeFileSync(file, content);
  return file;
}

const DEAD = JSON.stringify({
  purpose: "start",
  processes: [{ pid: process.pid, identity: "an earlier process" }],
});

it("gives a lock to one, tells the other who has it, and gives it again once released", () => {
  const file = lockFile();
  const { lock } = tryLock(file, "start");
  expect(lock).toBeDefined();
  expect(tryLock(file, "test")).toMatchObject({
    holder: { purpose: "start", processes: [{ pid: process.pid }] },
  });
  lock!.release();
  lock!.release();
  expect(existsSync(file)).toBe(false);
  expect(tryLock(file, "test").lock).toBeDefined();
});

it.each([
  ["whose holder is dead", DEAD],
  ["with no holder", "{}"],
  ["that is no JSON", "taken"],
])("takes over a lock %s, and leaves nothing beside it", (_, content) => {
  const file = lockFile(content);
  expect(tryLock(file, "start").lock).toBeDefined();
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ purpose: "start" });
  expect(readdirSync(join(file, ".."))).toEqual(["install.lock"]);
});

it("leaves a takeover that is going on alone, and ends one that was broken off", () => {
  const file = lockFile(DEAD);
  mkdirSync(`${file}.takeover`);
  expect(() => tryLock(file, "start")).toThrow(`the lock ${file} keeps changing hands`);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(`${file}.takeover`, longAgo, longAgo);
  expect(tryLock(file, "start").lock).toBeDefined();
});

it("names a second process as a holder, and no dead one", () => {
  const file = lockFile();
  const { lock } = tryLock(file, "start");
  lock!.addProcess(process.ppid);
  lock!.addProcess(2 ** 22 + 1);
  const { processes } = JSON.parse(readFileSync(file, "utf8")) as { processes: { pid: number }[] };
  expect(processes.map(({ pid }) => pid)).toEqual([process.pid, process.ppid]);
  lock!.release();
  lock!.addProcess(process.ppid);
  expect(existsSync(file)).toBe(false);
});

it("says so when the folder for it cannot be read or written", () => {
  const file = join(lockFile(), "no", "such.lock");
  expect(() => tryLock(file, "start")).toThrow(/ENOENT/);
  const folder = lockFile();
  mkdirSync(folder);
  expect(() => tryLock(folder, "start")).toThrow(/EISDIR/);
});
