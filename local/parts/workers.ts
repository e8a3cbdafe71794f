import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { byDetours, type Config, HOST, httpUrl } from "../config.ts";
import type { Part, PartAddress } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { type MONGO_SERVICES, type POSTGRES_SERVICES, platformSecrets } from "./secrets.ts";
import { KAFKA_USERNAME, mongoUri, nodeProcess } from "./stores.ts";

/** The Workers' configurations, below the checkout; the gateway's first: it owns the port. */
export const WORKER_CONFIGS = [
  "wrangler.toml",
  ...["users", "events", "inventory", "bookings", "payments", "notifications", "operations"].map(
    (name) => `workers/${name}/wrangler.toml`,
  ),
];

const BEHIND_WORKERS = ["neon", "kafka-rest", "redis", "stripe", "mail"];

/** What must be up before the Workers; each in turn waits for what is behind it. */
export function behindWorkers({ backends }: Pick<Config, "backends">): string[] {
  if (backends === "compose") return ["compose", "stripe"];
  return [...BEHIND_WORKERS, backends === "servers" ? "mongo-front" : "mongo"];
}

/**
 * No look-ups on the network, and no reports of use. And no garbage collection beside the main thread: on two cores
 * workerd has one thread for background work, and was seen (1.20260730) turning for ever in V8's sweeping, which
 * waited for that thread, while a compilation on it waited for the main thread to collect.
 */
export const RUNTIME_ENVIRONMENT = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  MINIFLARE_WORKERD_V8_FLAGS: "--single-threaded-gc --no-concurrent-sparkplug",
};

/** All Workers, in one workerd. */
export function workersPart(config: Config): Part {
  const port = config.ports.gateway;
  const url = httpUrl(config, "gateway");
  const scratchDir = join(config.dataDir, "scratch");
  return {
    name: "workers",
    ports: [port],
    dependsOn: behindWorkers(config),
    addresses: gatewayAddresses(config),
    async prepare() {
      // The runtime keeps working files, which a kill -9 leaves behind.
      rmSync(scratchDir, { recursive: true, force: true });
      mkdirSync(scratchDir, { recursive: true });
    },
    command() {
      const runtime = nodeProcess(config, "workers/main.ts", {
        TMPDIR: scratchDir,
        PORT: String(port),
        HOST,
        DATA_DIR: join(config.dataDir, "durable-objects"),
        WORKER_CONFIGS: WORKER_CONFIGS.map((path) => join(config.root, path)).join("\n"),
        WORKER_VARIABLES: JSON.stringify(workerVariables(config)),
        ...RUNTIME_ENVIRONMENT,
      });
      // It starts workerd and then stays out of the way: without these it keeps 200 MB of what it started with.
      return { ...runtime, args: ["--optimize-for-size", "--max-semi-space-size=2", ...runtime.args] };
    },
    ready: (signal) => answersOk(`${url}/health`, signal),
  };
}

/** What the gateway's port has for a person. */
export function gatewayAddresses(config: Config): PartAddress[] {
  const localhost = `http://localhost:${config.ports.gateway}`;
  return [
    { label: "API", url: localhost },
    { label: "API docs", url: `${localhost}/docs` },
    { label: "Health", url: `${localhost}/health` },
  ];
}

/** Each Worker's variables, by the name in its configuration: what production sets as secrets. */
export function workerVariables(config: Config): Record<string, Record<string, string>> {
  const secrets = platformSecrets(config.dataDir);
  const behind = byDetours(config);
  const identity = { GATEWAY_PUBLIC_KEY: secrets.gatewayPublicKey };
  const kafka = {
    KAFKA_PROTOCOL: config.kafkaProtocol,
    KAFKA_REST_URL: httpUrl(behind, config.kafkaProtocol === "pandaproxy" ? "pandaproxy" : "kafkaRest"),
    KAFKA_REST_USERNAME: KAFKA_USERNAME,
    KAFKA_REST_PASSWORD: secrets.kafkaRest,
  };
  const redis = {
    UPSTASH_REDIS_REST_URL: httpUrl(behind, "redisRest"),
    UPSTASH_REDIS_REST_TOKEN: secrets.redisRest,
  };
  const postgres = (name: (typeof POSTGRES_SERVICES)[number]) => ({
    DATABASE_URL: `postgres://${name}:${secrets.postgres[name]}@${HOST}:${config.ports.postgres}/${name}`,
    NEON_FETCH_ENDPOINT: `${httpUrl(behind, "neon")}/sql`,
  });
  // A server says by which address it wants to be called; only who asks for it directly goes on by the detour.
  const direct = config.detours.mongo === undefined ? "" : "&directConnection=true";
  const mongo = (name: (typeof MONGO_SERVICES)[number]) => mongoUri(behind, name) + direct;
  return {
    "ticketflow-gateway": {
      ...redis,
      GATEWAY_PRIVATE_KEY: secrets.gatewayKey,
      // Nobody is in front of the runtime here, and it hands on what a caller sends: any header would be the caller's word.
      CLIENT_ADDRESS_HEADER: "none",
    },
    "ticketflow-users": {
      ...identity,
      ...kafka,
      ...postgres("users"),
      ...redis,
      JWT_PRIVATE_KEY: secrets.accessTokenKey,
      PUBLIC_URL: `http://localhost:${config.ports.gateway}`,
      ...fromShell("OIDC_PROVIDERS"),
    },
    "ticketflow-events": { ...identity, ...kafka, ...redis, MONGODB_URI: mongo("events") },
    "ticketflow-inventory": {
      ...identity,
      ...kafka,
      ...postgres("inventory"),
      ...fromShell("SEAT_LOCK_TTL_SECONDS"),
      ...fromShell("SEATS_HELD_PER_BUYER"),
      // One account tries things here for weeks.
      SEATS_PER_BUYER: "10000",
      ...fromShell("SEATS_PER_BUYER"),
    },
    "ticketflow-bookings": { ...identity, ...kafka, ...postgres("bookings") },
    "ticketflow-payments": {
      ...identity,
      ...kafka,
      MONGODB_URI: mongo("payments"),
      STRIPE_SECRET_KEY: secrets.stripeKey,
      STRIPE_WEBHOOK_SECRET: secrets.stripeWebhook,
      STRIPE_API_BASE: httpUrl(behind, "stripe"),
      CHECKOUT_RETURN_URL: `http://localhost:${config.ports.gateway}/docs`,
    },
    "ticketflow-notifications": {
      ...identity,
      ...kafka,
      MONGODB_URI: mongo("notifications"),
      SMTP_HOST: HOST,
      SMTP_PORT: String(behind.ports.smtp),
      EMAIL_FROM: "TicketFlow <tickets@ticketflow.dev>",
    },
    "ticketflow-operations": { ...identity, ...kafka },
  };
}

/** Passed on from the shell where it is set. */
function fromShell(name: string): Record<string, string> {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}
