import { type Config, httpUrl } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { platformSecrets } from "./secrets.ts";
import { redisUrl } from "./servers.ts";
import { nodeProcess } from "./stores.ts";

/** Redis behind Upstash's REST API: in memory, where it starts empty each time, or in front of a real one. */
export function redisPart(config: Config): Part {
  const port = config.ports.redisRest;
  const url = httpUrl(config, "redisRest");
  return {
    name: "redis",
    ports: [port],
    dependsOn: config.backends === "servers" ? ["redis-server"] : [],
    addresses: [{ label: "Redis REST", url }],
    command() {
      const { redisRest } = platformSecrets(config.dataDir);
      const env: Record<string, string> = { PORT: String(port), REDIS_REST_TOKEN: redisRest };
      if (config.backends === "servers") env.REDIS_URL = redisUrl(config);
      return nodeProcess(config, "redis/main.ts", env);
    },
    ready: (signal) => answersOk(`${url}/health`, signal),
  };
}
