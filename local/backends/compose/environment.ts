import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../../config.ts";
import { platformSecrets, type Secrets } from "../../parts/secrets.ts";

/** Where pages for the browser are published when TICKETFLOW_PORT_OFFSET is 0; the other ports are the platform's. */
const PAGE_PORTS = {
  redpandaConsole: 5486,
  mongoExpress: 5487,
  grafana: 5488,
  prometheus: 5489,
  jaeger: 5490,
  otlp: 5491,
} as const;

/** The ports of the pages, of one copy of the platform. */
export function pagePorts({
  portOffset,
}: Pick<Config, "portOffset">): Record<keyof typeof PAGE_PORTS, number> {
  const entries = Object.entries(PAGE_PORTS).map(([name, port]) => [name, port + portOffset]);
  return Object.fromEntries(entries) as Record<keyof typeof PAGE_PORTS, number>;
}

/**
 * The compose project of a data folder. Its volumes hold data under the passwords of that folder, so another folder
 * has another project, and the same folder always the same.
 */
export function projectName({ dataDir }: Pick<Config, "dataDir">): string {
  return `ticketflow-${createHash("sha256").update(dataDir).digest("hex").slice(0, 8)}`;
}

/** Every variable that docker-compose.yml asks for, and the ports that it would else have defaults for. */
export function composeEnvironment(config: Config, secrets: Secrets): Record<string, string> {
  const { ports, dataDir } = config;
  const pages = pagePorts(config);
  const published = {
    TICKETFLOW_NEON_PORT: ports.neon,
    TICKETFLOW_POSTGRES_PORT: ports.postgres,
    TICKETFLOW_MONGO_PORT: ports.mongo,
    TICKETFLOW_KAFKA_REST_PORT: ports.kafkaRest,
    TICKETFLOW_REDIS_REST_PORT: ports.redisRest,
    TICKETFLOW_SMTP_PORT: ports.smtp,
    TICKETFLOW_MAIL_PORT: ports.mailWeb,
    TICKETFLOW_REDPANDA_CONSOLE_PORT: pages.redpandaConsole,
    TICKETFLOW_MONGO_EXPRESS_PORT: pages.mongoExpress,
    TICKETFLOW_GRAFANA_PORT: pages.grafana,
    TICKETFLOW_PROMETHEUS_PORT: pages.prometheus,
    TICKETFLOW_JAEGER_PORT: pages.jaeger,
    TICKETFLOW_OTLP_PORT: pages.otlp,
  };
  return {
    TICKETFLOW_COMPOSE_PROJECT: projectName(config),
    TICKETFLOW_LOGS_DIR: join(dataDir, "logs"),
    ...Object.fromEntries(Object.entries(published).map(([name, port]) => [name, String(port)])),
    POSTGRES_PASSWORD: secrets.postgresSuperuser,
    MONGO_ROOT_PASSWORD: secrets.mongoRoot,
    MONGO_KEYFILE: secrets.mongoKeyfile,
    MONGO_EVENTS_PASSWORD: secrets.mongo.events,
    MONGO_PAYMENTS_PASSWORD: secrets.mongo.payments,
    MONGO_NOTIFICATIONS_PASSWORD: secrets.mongo.notifications,
    KAFKA_REST_PASSWORD: secrets.kafkaRest,
    REDIS_PASSWORD: secrets.redisServer,
    REDIS_REST_TOKEN: secrets.redisRest,
    BROWSER_PAGES_PASSWORD: secrets.browserPages,
  };
}

/** The env file of a data folder; written anew at every start, for its owner's eyes. */
export const envFileOf = ({ dataDir }: Pick<Config, "dataDir">): string => join(dataDir, "compose.env");

/** Writes the env file, whole or not at all, and answers its path. */
export function writeEnvFile(config: Config): string {
  const file = envFileOf(config);
  mkdirSync(dirname(file), { recursive: true });
  const lines = Object.entries(composeEnvironment(config, platformSecrets(config.dataDir))).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  );
  const text = `# Made by npm start. What is changed here is gone at the next one.\n${lines.join("\n")}\n`;
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}

/**
 * A value as Compose's env files have it (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/):
 * as it is where nothing in it means anything, else in double quotes, where a backslash, a quote and a dollar are escaped.
 */
function quoted(value: string): string {
  return /^[\w./:@-]*$/.test(value) ? value : `"${value.replace(/["\\$]/g, "\\$&")}"`;
}
