import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./cli-error.mjs";

/** The first npm that reads lock files of version 3. Node 20 brings npm 9 or newer. */
const OLDEST_NPM = 7;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/**
 * Not `npm ci`: that refuses a lock file without the packages of every other platform, and some registries do not
 * carry them all. This installs what is locked, and leaves the lock file as it is.
 * The warnings left out are of packages that this Node would be too old for; they run on Node 24.
 */
const INSTALL = ["install", "--no-save", "--include=dev", "--include=optional", "--loglevel=error"];
/** On Windows npm is a batch file, which only a shell can run. */
const npmOptions = { shell: process.platform === "win32" };

function assertNpm() {
  const { error, stdout } = spawnSync("npm", ["--version"], {
    ...npmOptions,
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
  });
  if (error) {
    throw new CliError(
      `npm could not be run (${error.code}). Install it: it comes with Node.js 20 or newer.`,
    );
  }
  const version = stdout.trim();
  if (!(Number.parseInt(version, 10) >= OLDEST_NPM)) {
    throw new CliError(
      `npm ${version || "of unknown version"} is too old: npm ${OLDEST_NPM} or newer is needed.`,
    );
  }
}

/**
 * Installs into `root` anew what its lock file says, with development and optional dependencies whatever NODE_ENV and the user's own npm
 * settings say: Node 24 and Postgres are among them. Its output goes to standard error. A signal that asks this
 * process to stop is waited out until npm has stopped, so that no npm goes on writing without its lock.
 */
export async function npmInstall(root, onSpawn) {
  assertNpm();
  // An install that was broken off leaves packages half unpacked, which npm would take for whole.
  rmSync(join(root, "node_modules"), { recursive: true, force: true });
  const npm = spawn("npm", INSTALL, {
    ...npmOptions,
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  const stop = (signal) => npm.kill(signal);
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  try {
    onSpawn(npm.pid);
    const [code, signal] = await new Promise((resolve, reject) => {
      npm.once("error", reject);
      npm.once("exit", (...ended) => resolve(ended));
    });
    if (code !== 0) {
      throw new CliError(
        `npm install ended with ${signal ?? `code ${code}`}: the dependencies are not installed.`,
      );
    }
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, stop);
  }
}
