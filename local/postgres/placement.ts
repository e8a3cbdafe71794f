import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Binaries, binariesIn, hasCode } from "./binaries.ts";
import { closedParent, type Identity, othersMayRun } from "./identity.ts";

/** Where data goes that the unprivileged user could not reach under the data folder asked for. */
export const SYSTEM_DIR = "/var/lib/ticketflow";

/** In the data folder: names the cluster that lies elsewhere. Beside the cluster: names itself. */
const MARKER = "postgres-elsewhere.json";
type Marker = { id: string; clusterDir: string };

/** Where the cluster lies, and what a person should know about that. */
export type Placement = { clusterDir: string; notes: string[] };

/** The cluster's folder inside the data folder itself, where it can be. */
export function innerClusterDir(dataDir: string): string {
  return join(resolve(dataDir), "cluster");
}

/** The folder kept for this data folder outside of it (the cluster and its marker lie in it). */
export function outerDir(dataDir: string, systemDir: string): string {
  return join(systemDir, createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 24));
}

/**
 * Decides where the cluster lies: in the data folder, or, when the server runs as another user who cannot
 * get there, under `systemDir`. A marker on both sides ties the two together:
 * a data folder that was deleted by hand takes its cluster with it, and one that was copied or moved is
 * refused, because neither silently starting empty nor sharing a cluster is what its owner wants.
 */
export async function placeCluster(options: {
  dataDir: string;
  identity: Identity | undefined;
  systemDir: string;
}): Promise<Placement> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const closed = options.identity ? await closedParent(dataDir) : undefined;
  if (closed === undefined) return { clusterDir: innerClusterDir(dataDir), notes: [] };

  const outer = outerDir(dataDir, options.systemDir);
  const clusterDir = join(outer, "cluster");
  const notes = [`PostgreSQL data is in ${clusterDir}: the server's user may not enter ${closed}`];
  const here = await readMarker(dataDir);
  const there = await readMarker(outer);
  if (here && here.id !== there?.id) {
    throw new Error(
      `the data folder ${dataDir} was moved or copied: its PostgreSQL data is in ${here.clusterDir}; ` +
        "move the data folder back, or wipe it to start afresh",
    );
  }
  if (!here && there) {
    notes.push(`removed the PostgreSQL data of a deleted data folder from ${clusterDir}`);
    await rm(outer, { recursive: true, force: true });
  }
  await mkdir(outer, { recursive: true, mode: 0o755 });
  const stillClosed = await closedParent(outer);
  if (stillClosed)
    throw new Error(`PostgreSQL data has no place: its user may not enter ${stillClosed} either`);
  if (!here) {
    const marker = JSON.stringify({ id: randomUUID(), clusterDir } satisfies Marker);
    // The far side first: a crash between the two then looks like a deleted data folder with nothing in it.
    await writeFile(join(outer, MARKER), marker);
    await writeFile(join(dataDir, MARKER), marker);
  }
  return { clusterDir, notes };
}

async function readMarker(folder: string): Promise<Marker | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, MARKER), "utf8")) as Marker;
  } catch (error) {
    if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The programs as the server's user can run them: in place, or copied once per version to `systemDir`. */
export async function placeBinaries(
  binaries: Binaries,
  identity: Identity | undefined,
  systemDir: string,
): Promise<Binaries> {
  if (!identity || (await othersMayRun(binaries.postgres))) return binaries;
  const copyDir = join(systemDir, `postgres-${binaries.version}`);
  const copied = binariesIn(copyDir, binaries.version);
  if (await exists(copied.postgres)) return copied;
  const partDir = `${copyDir}.part-${process.pid}`;
  await mkdir(dirname(copyDir), { recursive: true, mode: 0o755 });
  await rm(partDir, { recursive: true, force: true });
  await cp(binaries.nativeDir, partDir, { recursive: true, verbatimSymlinks: true });
  try {
    // A whole copy or none, also when two start at once: the second finds the first's.
    await rename(partDir, copyDir);
  } catch (error) {
    await rm(partDir, { recursive: true, force: true });
    if (!(await exists(copied.postgres))) throw error;
  }
  return copied;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
