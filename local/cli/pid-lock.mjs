import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { describeProcess, isRunning } from "./process-identity.mjs";

/*
 * A lock file that names its holders, so that one left by a killed process can be told from one in use.
 * The file appears with its whole content (written aside, then linked), so a reader never sees half of it.
 */

/** The taking over of a dead lock is a few system calls; one that is older than this was itself killed. */
const TAKEOVER_LIMIT_MS = 10_000;
/** Each round fails only because another process changed the lock meanwhile; more than this is not chance. */
const MAX_ROUNDS = 20;

function readHolder(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
  try {
    const holder = JSON.parse(text);
    return Array.isArray(holder.processes) ? holder : { processes: [] };
  } catch {
    return { processes: [] }; // not written by us: nobody can be holding it
  }
}

function writeAside(file, holder) {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(holder));
  return aside;
}

function createLock(file, holder) {
  const aside = writeAside(file, holder);
  try {
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(aside);
  }
}

/**
 * Removes the lock of a dead holder. Two processes may both have seen the dead one; without the exclusive folder
 * the slower of them would remove the lock that the faster has just taken.
 */
function removeDead(file) {
  const takeover = `${file}.takeover`;
  try {
    mkdirSync(takeover);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const age = Date.now() - (statSync(takeover, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > TAKEOVER_LIMIT_MS) rmdirSync(takeover);
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder !== null && !holder.processes.some(isRunning)) unlinkSync(file);
  } finally {
    rmdirSync(takeover);
  }
}

/**
 * Tries once to take the lock. Answers { lock } when it is ours, else { holder } with the living processes.
 * `lock.addProcess(pid)` makes that process a holder too; `lock.release()` may be called more than once.
 */
export function tryLock(file, purpose) {
  const holder = { purpose, since: new Date().toISOString(), processes: [describeProcess(process.pid)] };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (createLock(file, holder)) return { lock: heldLock(file, holder) };
    const other = readHolder(file);
    if (other === null) continue;
    const living = other.processes.filter(isRunning);
    if (living.length > 0) return { holder: { ...other, processes: living } };
    removeDead(file);
  }
  throw new Error(
    `the lock ${file} keeps changing hands; remove it if no process of this checkout is running`,
  );
}

function heldLock(file, holder) {
  let held = true;
  return {
    addProcess(pid) {
      const record = describeProcess(pid);
      if (!held || record === null) return;
      holder.processes.push(record);
      renameSync(writeAside(file, holder), file);
    },
    release() {
      if (held) unlinkSync(file);
      held = false;
    },
  };
}
