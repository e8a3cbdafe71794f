import { type Config, HOST, httpUrl } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { MONGO_SERVICES, POSTGRES_SERVICES, platformSecrets } from "./secrets.ts";
import { KAFKA_USERNAME, mongoUri, nodeProcess } from "./stores.ts";

/** The operator's web pages: topics, dead letters, documents, tables. It reaches each store when a page needs it. */
export function consolePart(config: Config): Part {
  const port = config.ports.console;
  return {
    name: "console",
    ports: [port],
    addresses: [{ label: "Console", url: `http://localhost:${port}` }],
    command: () => nodeProcess(config, "console/main.ts", consoleVariables(config)),
    ready: (signal) => answersOk(`${httpUrl(config, "console")}/health`, signal),
  };
}

/** Where the console listens, and the stores with their passwords. */
export function consoleVariables(config: Config): Record<string, string> {
  const { kafkaRest, postgres } = platformSecrets(config.dataDir);
  const postgresUrl = (name: (typeof POSTGRES_SERVICES)[number]) =>
    `postgres://${name}:${postgres[name]}@${HOST}:${config.ports.postgres}/${name}`;
  return {
    PORT: String(config.ports.console),
    KAFKA_REST_URL: httpUrl(config, "kafkaRest"),
    KAFKA_REST_USERNAME: KAFKA_USERNAME,
    KAFKA_REST_PASSWORD: kafkaRest,
    MONGO_DATABASES: JSON.stringify(
      Object.fromEntries(MONGO_SERVICES.map((name) => [name, mongoUri(config, name)])),
    ),
    POSTGRES_DATABASES: JSON.stringify(
      Object.fromEntries(POSTGRES_SERVICES.map((name) => [name, postgresUrl(name)])),
    ),
  };
}
