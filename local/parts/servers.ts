import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensureUsers } from "../backends/ferretdb/users.ts";
import { type DebianServer, debianRedis } from "../backends/install/debian.ts";
import { ferretdb } from "../backends/install/ferretdb.ts";
import { kafkaJars } from "../backends/install/kafka.ts";
import {
  type BrokerOptions,
  brokerProcess,
  formatStorage,
  whenBrokerAnswers,
} from "../backends/kafka/broker.ts";
import { type Config, HOST } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { MONGO_SERVICES, platformSecrets } from "./secrets.ts";
import { accepts, ferretdbStore, INSTALL_LIMIT_MS, migrateMongoServices, nodeProcess } from "./stores.ts";

/** FerretDB's own user, who makes the services'. */
const ADMIN = "ticketflow";
/**
 * Of the connections that PostgreSQL has for all. FerretDB 1.24 reads what an update changes, and keeps the connection of
 * that read until the whole command has ended: one of sixteen updates holds sixteen, and waits for a seventeenth to write.
 * So there are more than a batch's payments (16) and mails (10) can hold at once, with what reads beside them.
 */
const MAX_STORE_CONNECTIONS = 48;

/** The servers behind the fronts where the platform runs on real ones (`TICKETFLOW_BACKENDS=servers`). */
export function serverParts(config: Config): Part[] {
  return [kafkaPart, redisServerPart, ferretdbPart, mongoFrontPart].map((part) => part(config));
}

/** Apache Kafka, one node in KRaft mode. */
function kafkaPart(config: Config): Part {
  const { kafkaBroker: port, kafkaController: controllerPort } = config.ports;
  const dataDir = join(config.dataDir, "kafka");
  let node: BrokerOptions;
  return {
    name: "kafka",
    ports: [port, controllerPort],
    addresses: [{ label: "Kafka", url: `${HOST}:${port}` }],
    startLimitMs: INSTALL_LIMIT_MS,
    async prepare() {
      const voters = [{ nodeId: 1, controllerPort }];
      node = { classpathDir: await kafkaJars(), dataDir, port, controllerPort, nodeId: 1, voters };
      await formatStorage(node);
    },
    command() {
      const { file, args, cwd } = brokerProcess(node);
      return { file, args, env: {}, cwd };
    },
    ready: () => whenBrokerAnswers(port, 0),
  };
}

/** How the REST front reaches Redis. */
export function redisUrl(config: Config): string {
  const { redisRest } = platformSecrets(config.dataDir);
  return `redis://:${redisRest}@${HOST}:${config.ports.redisServer}`;
}

/** Redis, in memory alone: what the platform keeps in it may be lost. */
function redisServerPart(config: Config): Part {
  const port = config.ports.redisServer;
  const dataDir = join(config.dataDir, "redis-server");
  let server: DebianServer;
  return {
    name: "redis-server",
    ports: [port],
    startLimitMs: INSTALL_LIMIT_MS,
    async prepare() {
      server = await debianRedis();
      mkdirSync(dataDir, { recursive: true });
    },
    command() {
      const { redisRest } = platformSecrets(config.dataDir);
      const settings = {
        ...{ bind: HOST, port: String(port), requirepass: redisRest, dir: dataDir },
        // Nothing to read at the start, nothing written, and a bound on what it holds.
        ...{ save: "", appendonly: "no", maxmemory: "64mb", "maxmemory-policy": "allkeys-lru" },
      };
      const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
      return { file: server.file, args, env: { LD_LIBRARY_PATH: server.libraryPath } };
    },
    ready: (signal) => accepts(port, signal),
  };
}

/** The connection string of FerretDB's own user. */
export function ferretdbAdminUri(config: Config): string {
  const { password } = ferretdbStore(config);
  return `mongodb://${ADMIN}:${password}@${HOST}:${config.ports.ferretdb}/admin`;
}

/** FerretDB: MongoDB's protocol over the same PostgreSQL. It keeps nothing itself. */
function ferretdbPart(config: Config): Part {
  const port = config.ports.ferretdb;
  const stateDir = join(config.dataDir, "ferretdb");
  let file: string;
  return {
    name: "mongo",
    ports: [port],
    dependsOn: ["postgres"],
    startLimitMs: INSTALL_LIMIT_MS,
    async prepare() {
      file = await ferretdb();
      mkdirSync(stateDir, { recursive: true });
    },
    command() {
      const { name, password } = ferretdbStore(config);
      const store = `postgres://${name}:${password}@${HOST}:${config.ports.postgres}/${name}`;
      const env = {
        FERRETDB_HANDLER: "postgresql",
        FERRETDB_POSTGRESQL_URL: `${store}?pool_max_conns=${MAX_STORE_CONNECTIONS}`,
        FERRETDB_LISTEN_ADDR: `${HOST}:${port}`,
        FERRETDB_DEBUG_ADDR: "-",
        FERRETDB_STATE_DIR: stateDir,
        FERRETDB_TELEMETRY: "disable",
        FERRETDB_LOG_LEVEL: "WARN",
        // Names and passwords of its own, and not PostgreSQL's.
        FERRETDB_TEST_ENABLE_NEW_AUTH: "true",
        FERRETDB_SETUP_DATABASE: "admin",
        FERRETDB_SETUP_USERNAME: ADMIN,
        FERRETDB_SETUP_PASSWORD: password,
      };
      return { file, args: [], env };
    },
    ready: (signal) => accepts(port, signal),
    async afterReady() {
      const { mongo } = platformSecrets(config.dataDir);
      await ensureUsers(
        ferretdbAdminUri(config),
        MONGO_SERVICES.map((name) => ({ name, password: mongo[name] })),
      );
    },
  };
}

/** What Workers connect to: in front of FerretDB, which does not do a guarded change as one step. */
function mongoFrontPart(config: Config): Part {
  const { mongo: port, ferretdb: target } = config.ports;
  return {
    name: "mongo-front",
    ports: [port],
    dependsOn: ["mongo"],
    addresses: [{ label: "MongoDB", url: `mongodb://${HOST}:${port}` }],
    command: () =>
      nodeProcess(config, "backends/one-at-a-time/main.ts", {
        PORT: String(port),
        TARGET_PORT: String(target),
      }),
    ready: (signal) => accepts(port, signal),
    afterReady: () => migrateMongoServices(config),
  };
}
