import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InstallError } from "#local/backends/install/command.ts";
import { debianPostgres, debianRedis } from "#local/backends/install/debian.ts";
import { type Binaries, findBinaries } from "#local/postgres/binaries.ts";
import { preparePostgres, wipePostgres } from "#local/postgres/prepare.ts";
import { postgresReady } from "#local/postgres/ready.ts";
import { freePort } from "#local/shared/free-port.ts";
import { start, stop, temporaryFolder } from "./processes.ts";

const READY_LIMIT_MS = 30_000;
const POLL_MS = 25;

/** A server that peers ask. */
export interface Server {
  port: number;
  /** Its name and version. */
  version: string;
  pid: number;
  close(): Promise<void>;
}

/** Debian's Redis, which answers when the disk has it. @throws InstallError where Debian's packages are out of reach */
export async function startRedis(): Promise<Server> {
  const { file, version, libraryPath } = await debianRedis();
  const port = await freePort();
  const settings = {
    ...{ bind: "127.0.0.1", port: String(port), dir: temporaryFolder("redis"), save: "" },
    ...{ appendonly: "yes", appendfsync: "always" },
    // No rewriting of the file while something is measured.
    "auto-aof-rewrite-percentage": "0",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const env = { ...process.env, LD_LIBRARY_PATH: libraryPath };
  const child = start(file, args, { env, stdio: "ignore" });
  await until(() => accepts(port), "Redis");
  return { port, version: `Redis ${version}`, pid: child.pid!, close: () => stop(child) };
}

/** PostgreSQL's settings where they are other than a developer's: memory, room for the log, and all pools at once. */
const SETTINGS = {
  ...{ shared_buffers: "256MB", max_wal_size: "4GB", checkpoint_timeout: "1h", max_connections: "250" },
  ...{ fsync: "on", synchronous_commit: "on", full_page_writes: "on" },
};

/** Debian's PostgreSQL, or the one that npm has installed where Debian's packages are out of reach. */
export async function startPostgres(): Promise<Server & { url: string }> {
  const binaries = await binariesOf();
  const dataDir = temporaryFolder("postgres");
  // It may run as another user, who has to get there.
  chmodSync(dataDir, 0o755);
  const port = await freePort();
  const password = randomBytes(12).toString("base64url");
  const systemDir = join(dataDir, "system");
  mkdirSync(systemDir);
  const prepared = await preparePostgres({ binaries, dataDir, port, superuserPassword: password, systemDir });
  const { file, args, env, cwd, uid, gid } = prepared;
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const options = { env, cwd, uid, gid, stdio: "ignore" } as const;
  // At SIGQUIT it ends at once, with all the processes that it has.
  const child = start(file, [...args, ...settings], options, "SIGQUIT");
  await until(() => postgresReady(port, { password }), "PostgreSQL");
  return {
    port,
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    version: `PostgreSQL ${binaries.version}`,
    pid: child.pid!,
    async close() {
      await stop(child, "SIGINT");
      await wipePostgres({ dataDir, systemDir });
    },
  };
}

async function binariesOf(): Promise<Binaries> {
  try {
    return await debianPostgres();
  } catch (error) {
    if (error instanceof InstallError) return findBinaries();
    throw error;
  }
}

async function until(isReady: () => Promise<boolean>, name: string): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (!(await isReady())) {
    if (performance.now() > deadline) throw new Error(`${name} does not answer`);
    await delay(POLL_MS);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const settle = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
