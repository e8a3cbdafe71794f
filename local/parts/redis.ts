import { type Config, httpUrl } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { platformSecrets } from "./secrets.ts";
import { nodeProcess } from "./stores.ts";

/** Redis behind Upstash's REST API, in memory: it starts empty each time. */
export function redisPart(config: Config): Part {
  const port = config.ports.redisRest;
  const url = httpUrl(config, "redisRest");
  return {
    name: "redis",
    ports: [port],
    addresses: [{ label: "Redis REST", url }],
    command() {
      const { redisRest } = platformSecrets(config.dataDir);
      return nodeProcess(config, "redis/main.ts", { PORT: String(port), REDIS_REST_TOKEN: redisRest });
    },
    ready: (signal) => answersOk(`${url}/health`, signal),
  };
}
