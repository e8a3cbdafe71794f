import { execFile } from "node:child_process";
import { appendFile, chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Binaries, hasCode } from "./binaries.ts";
import { CONF_FILE, type Durability, HBA_CONF, serverConf } from "./config.ts";
import type { Identity } from "./identity.ts";

/** The one superuser; services have roles of their own. */
export const SUPERUSER = "postgres";
/** initdb takes about a second; a machine that needs a minute is stuck. */
const INITDB_TIMEOUT_MS = 60_000;

type Cluster = { clusterDir: string; identity: Identity | undefined };

/**
 * Makes the cluster if it is not there. Written to one side and renamed, so that a crash halfway leaves
 * nothing that looks like a cluster. Throws with initdb's own words, or when another major version made it.
 */
export async function ensureCluster(
  options: Cluster & { binaries: Binaries; superuserPassword: string; durability: Durability },
): Promise<void> {
  const { clusterDir, binaries, identity } = options;
  const found = await clusterMajor(clusterDir);
  if (found !== undefined) {
    const major = majorOf(binaries);
    if (found === String(major)) return;
    throw new Error(
      `${clusterDir} was made by PostgreSQL ${found}; this is ${major}: wipe it, or dump and load`,
    );
  }
  const newDir = `${clusterDir}.new`;
  const passwordFile = join(newDir, "password");
  const dataDir = join(newDir, "data");
  await rm(newDir, { recursive: true, force: true });
  await mkdir(newDir, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  if (identity) for (const path of [newDir, passwordFile]) await chown(path, identity.uid, identity.gid);
  const args = ["-D", dataDir, "-U", SUPERUSER, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  args.push("--encoding=UTF8", ...localeOf(binaries));
  if (options.durability === "none") args.push("--no-sync");
  try {
    await runInitdb(binaries, args, identity, newDir);
    await appendFile(join(dataDir, "postgresql.conf"), `\ninclude '${CONF_FILE}'\n`);
    await rm(clusterDir, { recursive: true, force: true });
    await rename(dataDir, clusterDir);
  } finally {
    await rm(newDir, { recursive: true, force: true });
  }
}

/** Writes the settings of this start (the port may be another than last time). */
export async function configureCluster(
  options: Cluster & { binaries: Binaries; port: number; durability: Durability },
): Promise<void> {
  const { clusterDir, identity, port, durability } = options;
  const conf = serverConf({ port, durability, major: majorOf(options.binaries) });
  const files = { [CONF_FILE]: conf, "pg_hba.conf": HBA_CONF };
  for (const [name, text] of Object.entries(files)) {
    const path = join(clusterDir, name);
    await writeFile(path, text, { mode: 0o600 });
    if (identity) await chown(path, identity.uid, identity.gid);
  }
}

/** The environment for the server's programs: no inherited PG* variable may redirect them. */
export function serverEnv({ libraryPath }: Pick<Binaries, "libraryPath">): Record<string, string> {
  const libraries: Record<string, string> = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  const keep = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];
  const kept = keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...libraries, LC_ALL: "C", TZ: "UTC" };
}

async function clusterMajor(clusterDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(clusterDir, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

const majorOf = ({ version }: Binaries): number => Number.parseInt(version, 10);

/** The server's own C.UTF-8 sorts and folds alike on every machine, whatever locales that has; before 17 it had none. */
function localeOf(binaries: Binaries): string[] {
  if (majorOf(binaries) < 17) return ["--locale=C.UTF-8"];
  return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
}

function runInitdb(
  binaries: Binaries,
  args: string[],
  identity: Identity | undefined,
  cwd: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = serverEnv(binaries);
    const options = { ...identity, cwd: dirname(cwd), env, timeout: INITDB_TIMEOUT_MS };
    execFile(binaries.initdb, args, options, (error, _stdout, stderr) => {
      if (error) reject(new Error(`initdb failed: ${stderr.trim() || error.message}`, { cause: error }));
      else resolve();
    });
  });
}
