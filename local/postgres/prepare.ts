import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Binaries, findBinaries } from "./binaries.ts";
import { configureCluster, ensureCluster, serverEnv } from "./cluster.ts";
import type { Durability } from "./config.ts";
import { serverIdentity } from "./identity.ts";
import { innerClusterDir, outerDir, placeBinaries, placeCluster, SYSTEM_DIR } from "./placement.ts";
import { clearStaleServer } from "./stale.ts";

export type PrepareOptions = {
  /** A folder for this server alone; made when absent. */
  dataDir: string;
  /** TCP port on 127.0.0.1. */
  port: number;
  /** The password of role `postgres`; takes effect when the cluster is made. */
  superuserPassword: string;
  /** Which server; the one that npm installed if absent. */
  binaries?: Binaries;
  /** "none" turns fsync off, for throw-away test clusters. */
  durability?: Durability;
  /** Where data and programs go that an unprivileged user cannot reach in place. */
  systemDir?: string;
};

/** How to spawn the server, directly and as the only process: SIGINT is its fast shutdown. */
export type PreparedPostgres = {
  file: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** Present when we are root: whom to run it as. */
  uid?: number;
  gid?: number;
  /** Where the data really is. */
  clusterDir: string;
  /** What was done or is unusual, in sentences for the log. */
  notes: string[];
};

/**
 * Brings the server to the point of being spawned: finds (or copies) the programs, makes the cluster when
 * there is none, writes its settings, and stops what a crashed launcher left running. Safe to repeat.
 * Throws with a sentence that says what stands in the way.
 */
export async function preparePostgres(options: PrepareOptions): Promise<PreparedPostgres> {
  const { port, superuserPassword, durability = "full", systemDir = SYSTEM_DIR } = options;
  if (/[\r\n]/.test(superuserPassword) || superuserPassword === "") {
    throw new Error("superuserPassword must be one non-empty line");
  }
  const identity = await serverIdentity();
  const { clusterDir, notes } = await placeCluster({ dataDir: options.dataDir, identity, systemDir });
  notes.push(...(await clearStaleServer(clusterDir)));
  const binaries = await placeBinaries(options.binaries ?? (await findBinaries()), identity, systemDir);
  await mkdir(dirname(clusterDir), { recursive: true });
  await ensureCluster({ clusterDir, identity, binaries, superuserPassword, durability });
  await configureCluster({ clusterDir, identity, binaries, port, durability });
  return {
    file: binaries.postgres,
    args: ["-D", clusterDir],
    env: serverEnv(binaries),
    cwd: clusterDir,
    ...identity,
    clusterDir,
    notes,
  };
}

/** Stops a server left running over this data folder and removes its data, wherever that lies. */
export async function wipePostgres(options: { dataDir: string; systemDir?: string }): Promise<void> {
  const outer = outerDir(options.dataDir, options.systemDir ?? SYSTEM_DIR);
  await clearStaleServer(innerClusterDir(options.dataDir));
  await clearStaleServer(`${outer}/cluster`);
  await rm(outer, { recursive: true, force: true });
  await rm(options.dataDir, { recursive: true, force: true });
}
