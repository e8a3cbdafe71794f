import { homedir } from "node:os";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Every server of the platform listens here: nothing is reachable from another machine. */
export const HOST = "127.0.0.1";

/** Where each server listens when TICKETFLOW_PORT_OFFSET is 0. */
const BASE_PORTS = {
  gateway: 8787,
  neon: 5480,
  postgres: 5481,
  mongo: 5482,
  kafkaRest: 5483,
  stripe: 5484,
  redisRest: 5485,
  console: 8788,
  mailWeb: 8025,
  smtp: 1025,
  // Behind the fronts above, where these have real servers behind them.
  kafkaBroker: 5486,
  kafkaController: 5487,
  redisServer: 5488,
  ferretdb: 5489,
  // Redpanda's HTTP proxy in front of the log, where Workers speak that.
  pandaproxy: 5490,
} as const;

export type PortName = keyof typeof BASE_PORTS;

/** What Workers, and Stripe at the gateway, can be made to reach by another port. */
const DETOURED = ["neon", "mongo", "kafkaRest", "redisRest", "stripe", "smtp", "gateway"] as const;

export type DetouredName = (typeof DETOURED)[number];

/**
 * What stands behind the Workers: what npm alone brings (`embedded`), PostgreSQL, Redis, Kafka and FerretDB as programs of
 * this machine (`servers`), or the containers of docker-compose.yml (`compose`).
 */
const BACKENDS = ["embedded", "servers", "compose"] as const;

export type Backends = (typeof BACKENDS)[number];

/** What Workers speak to Kafka: Upstash's REST routes, or those of Redpanda's HTTP proxy. */
const KAFKA_PROTOCOLS = ["upstash", "pandaproxy"] as const;

/** Keeps every port below 32768, from where on the system hands out ports of its own choosing. */
const MAX_PORT_OFFSET = 20_000;

export type Config = {
  /** The checkout. */
  root: string;
  /** What the platform keeps between two starts. */
  dataDir: string;
  portOffset: number;
  ports: Readonly<Record<PortName, number>>;
  /** By which port Workers reach a server behind them, and Stripe the gateway, where it is not the server's own. */
  detours: Readonly<Partial<Record<DetouredName, number>>>;
  backends: Backends;
  kafkaProtocol: (typeof KAFKA_PROTOCOLS)[number];
};

/** A variable that is malformed; the message names it. */
export class ConfigError extends Error {}

/**
 * Reads where the platform runs from the environment:
 * TICKETFLOW_PORT_OFFSET (0 to 20000, default 0) is added to every port, TICKETFLOW_DATA_DIR (default `.data` in
 * the checkout; relative to the working folder) holds all data. TICKETFLOW_DETOURS ("mongo=5492,neon=5490") names
 * ports of something that stands between the Workers and what is behind them. TICKETFLOW_BACKENDS chooses what that is
 * (default `embedded`), KAFKA_PROTOCOL what the Workers speak to Kafka (default `upstash`). Throws ConfigError.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const portOffset = readPortOffset(env.TICKETFLOW_PORT_OFFSET);
  const ports = Object.fromEntries(
    Object.entries(BASE_PORTS).map(([name, port]) => [name, port + portOffset]),
  ) as Record<PortName, number>;
  const detours = readDetours(env.TICKETFLOW_DETOURS);
  const dataDir = readDataDir(env.TICKETFLOW_DATA_DIR, root);
  const backends = oneOf(BACKENDS, "TICKETFLOW_BACKENDS", env) ?? "embedded";
  const kafkaProtocol = oneOf(KAFKA_PROTOCOLS, "KAFKA_PROTOCOL", env) ?? "upstash";
  return { root, dataDir, portOffset, ports, detours, backends, kafkaProtocol };
}

/** The same, with each detour for the port that it replaces: how Workers, and Stripe, reach others. */
export function byDetours(config: Config): Config {
  return { ...config, ports: { ...config.ports, ...config.detours } };
}

/** The address of a server that speaks HTTP, as one process of this machine calls another. */
export function httpUrl(config: Config, name: PortName): string {
  return `http://${HOST}:${config.ports[name]}`;
}

function readPortOffset(text: string | undefined): number {
  if (text === undefined) return 0;
  const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(offset <= MAX_PORT_OFFSET)) {
    throw new ConfigError(
      `TICKETFLOW_PORT_OFFSET must be a whole number from 0 to ${MAX_PORT_OFFSET}, not "${text}".`,
    );
  }
  return offset;
}

function oneOf<T extends string>(
  known: readonly T[],
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): T | undefined {
  const text = env[name];
  const found = known.find((one) => one === text);
  if (found || text === undefined) return found;
  throw new ConfigError(`${name} is one of ${known.join(", ")}; not "${text}".`);
}

function readDetours(text: string | undefined): Config["detours"] {
  if (text === undefined) return {};
  const entries = text.split(",").map((entry) => {
    const [, name, port] = /^([A-Za-z]+)=(\d{1,5})$/.exec(entry) ?? [];
    const isKnown = DETOURED.some((one) => one === name) && Number(port) >= 1 && Number(port) <= 65_535;
    if (isKnown) return [name, Number(port)];
    throw new ConfigError(
      `TICKETFLOW_DETOURS is a list such as "mongo=5492,neon=5490" of ${DETOURED.join(", ")}; not "${entry}".`,
    );
  });
  return Object.fromEntries(entries);
}

function readDataDir(text: string | undefined, root: string): string {
  if (text === undefined) return resolve(root, ".data");
  if (text.trim() === "") throw new ConfigError("TICKETFLOW_DATA_DIR is empty: name a folder, or unset it.");
  const dataDir = resolve(text);
  // A folder that holds the checkout or the home folder holds what is not ours.
  for (const precious of [root, homedir()]) {
    if (!relative(dataDir, precious).startsWith("..")) {
      throw new ConfigError(`TICKETFLOW_DATA_DIR must be a folder of its own; ${dataDir} holds ${precious}.`);
    }
  }
  return dataDir;
}
