import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";

/** The user that the server runs as, where it is another than ours. */
export type Identity = { uid: number; gid: number };

const UNPRIVILEGED_USER = "nobody";
const OTHERS_MAY_TRAVERSE = 0o001;
const OTHERS_MAY_READ_AND_TRAVERSE = 0o005;

/**
 * PostgreSQL refuses to run as root. Answers the user to run it as when we are root, looked up from the
 * system (its number differs between systems), and undefined for a plain user, who runs it himself.
 */
export async function serverIdentity(): Promise<Identity | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([lookUp("-u"), lookUp("-g")]);
  return { uid, gid };
}

async function lookUp(flag: "-u" | "-g"): Promise<number> {
  const { stdout } = await promisify(execFile)("id", [flag, UNPRIVILEGED_USER]);
  const number = Number(stdout.trim());
  if (!Number.isSafeInteger(number) || number <= 0) {
    throw new Error(`user ${UNPRIVILEGED_USER} has no usable number (id ${flag} says ${stdout.trim()})`);
  }
  return number;
}

/** The first folder on the way from the root to `folder`, itself included, that others may not enter. */
export async function closedParent(folder: string): Promise<string | undefined> {
  const path = resolve(folder);
  const parent = dirname(path);
  if (parent !== path) {
    const closed = await closedParent(parent);
    if (closed) return closed;
  }
  const { mode } = await stat(path);
  return (mode & OTHERS_MAY_TRAVERSE) === 0 ? path : undefined;
}

/** Whether other users may run `program` (they must read it to map it, and pass every folder above it). */
export async function othersMayRun(program: string): Promise<boolean> {
  const { mode } = await stat(program);
  if ((mode & OTHERS_MAY_READ_AND_TRAVERSE) !== OTHERS_MAY_READ_AND_TRAVERSE) return false;
  return (await closedParent(dirname(program))) === undefined;
}
