import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * The stamp says which lock file, on which kind of machine, node_modules was installed from. It lies inside
 * node_modules, so an install that did not finish has none.
 */

const stampFile = (root) => join(root, "node_modules", ".ticketflow-install");

function expectedStamp(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform} ${process.arch}\n`;
}

/** Whether what is installed is what package-lock.json asks for on this machine. */
export function isInstalled(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), "utf8") === expectedStamp(root);
}

/** Says that what is installed now came from the present package-lock.json. */
export function writeStamp(root) {
  writeFileSync(stampFile(root), expectedStamp(root));
}
