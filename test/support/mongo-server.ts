import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureUsers } from "#local/backends/ferretdb/users.ts";
import { ferretdb } from "#local/backends/install/ferretdb.ts";
import { startOneAtATime } from "#local/backends/one-at-a-time/server.ts";
import { HOST, readConfig } from "#local/config.ts";
import { startMongo } from "#local/mongo/server.ts";
import { freePort } from "#local/shared/free-port.ts";
import { systemClock } from "#shared/clock.ts";

/** A server that speaks MongoDB's protocol, with one service's database in it. */
export interface TestMongo {
  port: number;
  /** A connection string of the service's user, with the database in it. */
  uri: string;
  /** Takes the server away, or brings it back on the same port over the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

interface Running {
  port: number;
  close(): Promise<void>;
}

const ADMIN = { name: "admin", password: "admin-password" };
const START_LIMIT_MS = 20_000;
const POLL_MS = 50;

/** The stand-in; or FerretDB, where TICKETFLOW_BACKENDS asks for servers. @param name of service, user and database */
export async function startTestMongo(name: string): Promise<TestMongo> {
  const dataDir = mkdtempSync(join(tmpdir(), `${name}-mongo-`));
  const password = `${name}-password`;
  const isReal = readConfig(process.env).backends === "servers";
  const listen = (port: number) =>
    isReal
      ? startFerretdb(port, dataDir, { name, password })
      : startStandIn(port, dataDir, { name, password });
  let server: Running | null = await listen(0);
  const { port } = server;
  const stop = async () => {
    await server?.close();
    server = null;
  };
  return {
    port,
    uri: `mongodb://${name}:${password}@${HOST}:${port}/${name}`,
    stop,
    async start() {
      server ??= await listen(port);
    },
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface User {
  name: string;
  password: string;
}

function startStandIn(port: number, dataDir: string, { name, password }: User): Promise<Running> {
  return startMongo({
    ...{ port, dataDir, users: [{ user: name, password, database: name }], clock: systemClock },
    log: () => undefined,
    onFatal(reason) {
      throw new Error(reason);
    },
  });
}

/** FerretDB over files, and in front of it what lets writes through one at a time. */
async function startFerretdb(port: number, dataDir: string, user: User): Promise<Running> {
  const file = await ferretdb();
  const target = await freePort();
  const documents = join(dataDir, "documents");
  mkdirSync(documents, { recursive: true });
  const args = {
    ...{ handler: "sqlite", "sqlite-url": `file:${documents}/`, "state-dir": dataDir },
    ...{ "listen-addr": `${HOST}:${target}`, "debug-addr": "-", telemetry: "disable", "log-level": "ERROR" },
    ...{ "setup-database": "admin", "setup-username": ADMIN.name, "setup-password": ADMIN.password },
  };
  const flags = Object.entries(args).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(file, [...flags, "--test-enable-new-auth"], { stdio: "ignore" });
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  await whenUsersAreThere(child, `mongodb://${ADMIN.name}:${ADMIN.password}@${HOST}:${target}/admin`, user);
  const front = await startOneAtATime({ port, target });
  return {
    port: front.port,
    async close() {
      process.off("exit", endWithUs);
      await front.close();
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function whenUsersAreThere(child: ChildProcess, adminUri: string, user: User): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      return await ensureUsers(adminUri, [user]);
    } catch (error) {
      if (child.exitCode !== null || performance.now() > giveUpAt) throw error;
      await delay(POLL_MS);
    }
  }
}
