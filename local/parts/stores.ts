import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { debianPostgres } from "../backends/install/debian.ts";
import { type Config, HOST, httpUrl } from "../config.ts";
import { migratePostgres } from "../migrate/migrate.ts";
import { migrateMongo } from "../migrate/mongo.ts";
import { migrateTopics } from "../migrate/topics.ts";
import { ensureDatabases, type ServiceDatabase } from "../postgres/databases.ts";
import { type PreparedPostgres, preparePostgres, wipePostgres } from "../postgres/prepare.ts";
import { postgresReady } from "../postgres/ready.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { MONGO_SERVICES, POSTGRES_SERVICES, platformSecrets } from "./secrets.ts";

export const KAFKA_USERNAME = "ticketflow";

/** A part's first start where its program has to be fetched, and built, first. */
export const INSTALL_LIMIT_MS = 15 * 60_000;

/** A Node process of ours, from its entry below local/. */
export function nodeProcess(config: Config, entry: string, env: Record<string, string>) {
  return { file: process.execPath, args: [join(config.root, "local", entry)], env, cwd: config.root };
}

/** Postgres with a database and a role for each service, migrated. */
export function postgresPart(config: Config): Part {
  const dataDir = join(config.dataDir, "postgres");
  const port = config.ports.postgres;
  const marker = join(config.dataDir, "postgres.made");
  let prepared: PreparedPostgres;
  return {
    name: "postgres",
    ports: [port],
    addresses: [{ label: "Postgres", url: `postgres://${HOST}:${port}` }],
    stopSignal: "SIGINT",
    ...(config.backends === "servers" && { startLimitMs: INSTALL_LIMIT_MS }),
    async prepare() {
      const { postgresSuperuser } = platformSecrets(config.dataDir);
      // A wiped data folder leaves behind what had to be kept elsewhere, under passwords that nobody has any more.
      if (!existsSync(marker)) await wipePostgres({ dataDir });
      mkdirSync(dataDir, { recursive: true });
      const binaries = config.backends === "servers" ? await debianPostgres() : undefined;
      const options = { dataDir, port, superuserPassword: postgresSuperuser };
      prepared = await preparePostgres({ ...options, ...(binaries && { binaries }) });
      writeFileSync(marker, "");
      for (const note of prepared.notes) console.error(`postgres: ${note}`);
    },
    command: () => prepared,
    async ready() {
      const { postgresSuperuser } = platformSecrets(config.dataDir);
      if (!(await postgresReady(port, { password: postgresSuperuser }))) throw new Error("not ready yet");
    },
    async afterReady() {
      const { postgresSuperuser, postgres } = platformSecrets(config.dataDir);
      const services = POSTGRES_SERVICES.map((name) => ({ name, password: postgres[name] }));
      const more = config.backends === "servers" ? [ferretdbStore(config)] : [];
      await ensureDatabases({ port, superuserPassword: postgresSuperuser, services: [...services, ...more] });
      for (const { name, password } of services) {
        const dir = join(config.root, "migrations", "postgres", name);
        await migratePostgres({ host: HOST, port, service: name, password, dir });
      }
    },
  };
}

/** Neon's HTTP and WebSocket endpoint in front of Postgres. */
export function neonPart(config: Config): Part {
  const port = config.ports.neon;
  const env = { PORT: String(port), POSTGRES_HOST: HOST, POSTGRES_PORT: String(config.ports.postgres) };
  return {
    name: "neon",
    ports: [port],
    dependsOn: ["postgres"],
    command: () => nodeProcess(config, "neon/main.ts", env),
    ready: (signal) => answersOk(`${httpUrl(config, "neon")}/health`, signal),
  };
}

/** The connection string of a service's MongoDB database. */
export function mongoUri(config: Config, service: (typeof MONGO_SERVICES)[number]): string {
  const password = platformSecrets(config.dataDir).mongo[service];
  return `mongodb://${service}:${password}@${HOST}:${config.ports.mongo}/${service}?authSource=${service}`;
}

/** The MongoDB-compatible server with a database and a user for each service, indexed. */
export function mongoPart(config: Config): Part {
  const port = config.ports.mongo;
  return {
    name: "mongo",
    ports: [port],
    addresses: [{ label: "MongoDB", url: `mongodb://${HOST}:${port}` }],
    command() {
      const { mongo } = platformSecrets(config.dataDir);
      const users = MONGO_SERVICES.map((name) => ({ user: name, password: mongo[name], database: name }));
      const dataDir = join(config.dataDir, "mongo");
      const env = { PORT: String(port), DATA_DIR: dataDir, MONGO_USERS: JSON.stringify(users) };
      return nodeProcess(config, "mongo/main.ts", env);
    },
    ready: (signal) => accepts(port, signal),
    afterReady: () => migrateMongoServices(config),
  };
}

/** Brings every service's MongoDB database up to its file. */
export async function migrateMongoServices(config: Config): Promise<void> {
  for (const service of MONGO_SERVICES) {
    const file = join(config.root, "migrations", "mongo", `${service}.json`);
    const { notes } = await migrateMongo({ uri: mongoUri(config, service), file });
    for (const note of notes) console.error(`mongo: ${service}: not applied on this server: ${note}`);
  }
}

/** Kafka behind its REST front, and Redpanda's where Workers speak that, with every topic of the saga. */
export function kafkaRestPart(config: Config): Part {
  const { kafkaRest: port, pandaproxy } = config.ports;
  const url = httpUrl(config, "kafkaRest");
  const hasProxy = config.kafkaProtocol === "pandaproxy";
  return {
    name: "kafka-rest",
    ports: hasProxy ? [port, pandaproxy] : [port],
    dependsOn: config.backends === "servers" ? ["kafka"] : [],
    addresses: [{ label: "Kafka REST", url }],
    command() {
      const env = {
        PORT: String(port),
        ...(config.backends === "servers"
          ? { KAFKA_BROKERS: `${HOST}:${config.ports.kafkaBroker}` }
          : { DATA_DIR: join(config.dataDir, "kafka-rest") }),
        KAFKA_REST_USERNAME: KAFKA_USERNAME,
        KAFKA_REST_PASSWORD: platformSecrets(config.dataDir).kafkaRest,
        ...(hasProxy && { PANDAPROXY_PORT: String(pandaproxy) }),
      };
      return nodeProcess(config, hasProxy ? "pandaproxy/main.ts" : "kafka-rest/main.ts", env);
    },
    ready: (signal) => answersOk(`${url}/health`, signal),
    async afterReady(signal) {
      const password = platformSecrets(config.dataDir).kafkaRest;
      await migrateTopics({ url, username: KAFKA_USERNAME, password }, { signal });
    },
  };
}

/** Where FerretDB keeps the documents: a database beside the services' own, to which none of them has the password. */
export function ferretdbStore(config: Config): ServiceDatabase {
  // No secret of its own: who has the superuser's has everything in this server.
  return { name: "ferretdb", password: platformSecrets(config.dataDir).postgresSuperuser };
}

/** Resolves when something takes connections there. */
export function accepts(port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port });
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.once("connect", () => end(resolve));
    socket.once("error", (error) => end(() => reject(error)));
    signal.addEventListener("abort", () => end(() => reject(signal.reason)), { once: true });
  });
}
