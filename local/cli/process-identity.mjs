import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/*
 * A pid alone does not name a process: the system gives it out again. A pid together with the moment at which
 * its process began does. This module is plain JavaScript because the launcher needs it before anything is
 * installed; the supervisor uses the same one.
 */

/** `ps` answers within milliseconds; one that takes this long will not answer. */
const PS_LIMIT_MS = 5_000;

let bootId;

/** Start times in /proc count from the boot, so they only identify a process together with which boot it was. */
function currentBootId() {
  bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return bootId;
}

function identityFromProc(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field, the name in brackets, may itself hold blanks and brackets: count from the last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const threads = Number(fields[17]);
  // Ended, and only waits for its parent to notice; while other threads are still ending, its ports are still open.
  if ((state === "Z" || state === "X") && threads <= 1) return null;
  return `${currentBootId()}/${fields[19]}`;
}

function identityFromPs(pid) {
  try {
    const line = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      timeout: PS_LIMIT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    if (line === "" || line.startsWith("Z")) return null;
    return line.slice(line.indexOf(" ")).trim();
  } catch {
    return null;
  }
}

/** Where there is neither /proc nor `ps`, all that can be known is that some process has this pid. */
function identityFromSignal(pid) {
  try {
    process.kill(pid, 0);
    return "unknown";
  } catch (error) {
    return error.code === "EPERM" ? "unknown" : null;
  }
}

/** What tells the living process `pid` from a later one with the same pid; null when there is none. */
export function processIdentity(pid) {
  if (process.platform === "linux") return identityFromProc(pid);
  if (process.platform === "win32") return identityFromSignal(pid);
  return identityFromPs(pid);
}

/** The record by which another process can find `pid` later; null when it has already ended. */
export function describeProcess(pid) {
  const identity = processIdentity(pid);
  return identity === null ? null : { pid, identity };
}

/** Whether the recorded process, and not a later one with its pid, is still running. */
export function isRunning(record) {
  return processIdentity(record.pid) === record.identity;
}
