import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { debianPostgres } from "../backends/install/debian.ts";
import { readConfig } from "../config.ts";
import { freePort } from "../shared/free-port.ts";
import { ensureDatabases, type ServiceDatabase } from "./databases.ts";
import { type PreparedPostgres, preparePostgres, wipePostgres } from "./prepare.ts";
import { postgresReady } from "./ready.ts";
import { clearStaleServer } from "./stale.ts";

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 25;

/** A throw-away server. */
export type TestPostgres = {
  host: "127.0.0.1";
  port: number;
  superuserPassword: string;
  /** Makes a role and database of this name; answers its password. */
  addDatabase(name: string): Promise<ServiceDatabase>;
  /** Ends the server (SIGINT: fast shutdown; SIGKILL: crash) and waits until it is gone. */
  stop(signal?: "SIGINT" | "SIGKILL"): Promise<void>;
  /** Starts it again over the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
};

/**
 * Starts a real PostgreSQL (npm's, or Debian's where TICKETFLOW_BACKENDS asks for servers) in a folder of its own on a free port. As root it runs as an unprivileged user.
 * Not durable (fsync off). Call close() when done.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), "ticketflow-postgres-"));
  await chmod(dataDir, 0o755); // mkdtemp closes it to others; the cluster inside is closed on its own.
  const port = await freePort();
  const superuserPassword = randomBytes(12).toString("base64url");
  const isReal = readConfig(process.env).backends === "servers";
  const prepare = async () =>
    preparePostgres({
      ...(isReal && { binaries: await debianPostgres() }),
      dataDir,
      port,
      superuserPassword,
      durability: "none",
      systemDir: join(dataDir, "system"),
    });
  let server: ChildProcess | undefined;
  let clusterDir = "";
  const endWithUs = () => server?.kill("SIGQUIT");
  process.once("exit", endWithUs);

  async function start(): Promise<void> {
    const prepared = await prepare();
    clusterDir = prepared.clusterDir;
    server = await spawnPostgres(prepared, port, superuserPassword);
  }
  async function stop(signal: "SIGINT" | "SIGKILL" = "SIGINT"): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
    // After a kill its sessions still live for a moment, and could even answer.
    await clearStaleServer(clusterDir);
  }
  async function close(): Promise<void> {
    process.removeListener("exit", endWithUs);
    await stop();
    await wipePostgres({ dataDir, systemDir: join(dataDir, "system") });
  }
  async function addDatabase(name: string): Promise<ServiceDatabase> {
    const service = { name, password: randomBytes(12).toString("base64url") };
    await ensureDatabases({ port, superuserPassword, services: [service] });
    return service;
  }
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { host: "127.0.0.1", port, superuserPassword, addDatabase, stop, start, close };
}

/** Spawns what was prepared and waits until it answers. Throws with the server's last words when it ends. */
export async function spawnPostgres(
  prepared: PreparedPostgres,
  port: number,
  password: string,
): Promise<ChildProcess> {
  const { file, args, env, cwd, uid, gid } = prepared;
  const child = spawn(file, args, { env, cwd, uid, gid, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000);
  });
  const failed = once(child, "exit").then(() => {
    throw new Error(`PostgreSQL ended: ${log}`);
  });
  failed.catch(() => {}); // Looked at below only; later it merely means that the test stopped it.
  const answered = async () => {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if (await postgresReady(port, { password })) return;
      await delay(POLL_MS);
    }
    child.kill("SIGKILL");
    throw new Error(`PostgreSQL does not answer: ${log}`);
  };
  await Promise.race([failed, answered()]);
  return child;
}
