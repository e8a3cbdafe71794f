import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "./cli-error.mjs";
import { npmInstall } from "./npm-install.mjs";
import { tryLock } from "./pid-lock.mjs";
import { isInstalled, writeStamp } from "./stamp.mjs";
import { livingUsers, registerUser } from "./tree-users.mjs";

/** A cold install over a slow line takes minutes; a lock held for longer is not an install any more. */
const LOCK_WAIT_LIMIT_MS = 15 * 60_000;
const LOCK_POLL_MS = 100;

const pids = ({ processes }) => processes.map(({ pid }) => pid).join(", ");

async function lockTree(file, command, log, waitLimitMs) {
  const deadline = Date.now() + waitLimitMs;
  for (let announced = false; ; ) {
    const { lock, holder } = tryLock(file, command);
    if (lock) return lock;
    if (Date.now() >= deadline) {
      throw new CliError(
        `Process ${pids(holder)} (${holder.purpose}) has held ${file} since ${holder.since}. ` +
          "If it is not installing any more, stop it and run this command again.",
      );
    }
    // The lock is held for a moment by every command; only an install lasts long enough to be worth a word.
    if (!announced && Date.now() - Date.parse(holder.since) > 1_000) {
      log(`Waiting for process ${pids(holder)}, which is installing the dependencies...`);
      announced = true;
    }
    await sleep(LOCK_POLL_MS);
  }
}

function assertUnused(stateDir) {
  const [user] = livingUsers(stateDir);
  if (user === undefined) return;
  throw new CliError(
    `The dependencies have to be installed anew, but process ${pids(user)} (npm ${user.command}, since ${user.since}) ` +
      `is running on the installed ones. Stop it (Ctrl-C in its terminal, or: kill ${user.processes.at(-1).pid}) ` +
      "and run this command again.",
  );
}

/**
 * Makes sure that node_modules is what package-lock.json asks for, and registers this process as its user, both
 * under one lock: so nobody installs over a running user, and of several at once only one installs.
 * Answers { installMs, user }; installMs is 0 when nothing had to be done. Throws CliError.
 */
export async function useTree({ root, command, log, waitLimitMs = LOCK_WAIT_LIMIT_MS }) {
  const stateDir = join(root, ".ticketflow");
  mkdirSync(stateDir, { recursive: true });
  const lock = await lockTree(join(stateDir, "install.lock"), command, log, waitLimitMs);
  try {
    let installMs = 0;
    if (!isInstalled(root)) {
      assertUnused(stateDir);
      log("Installing the dependencies...");
      const begun = performance.now();
      await npmInstall(root, lock.addProcess);
      writeStamp(root);
      installMs = Math.round(performance.now() - begun);
    }
    return { installMs, user: registerUser(stateDir, command) };
  } finally {
    lock.release();
  }
}
