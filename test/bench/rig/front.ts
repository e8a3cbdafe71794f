import { once } from "node:events";
import { join } from "node:path";
import { start, stop } from "./processes.ts";
import type { Served } from "./workerd.ts";

/** The peers' front, before these servers. */
export async function startFront(servers: {
  redisPort: number | undefined;
  postgresUrl: string;
}): Promise<Served> {
  const child = start(process.execPath, [join(import.meta.dirname, "../peers/main.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      REDIS_PORT: String(servers.redisPort ?? ""),
      POSTGRES_URL: servers.postgresUrl,
    },
  });
  const ended = once(child, "exit").then(() => {
    throw new Error("the peers' front ended");
  });
  ended.catch(() => {});
  const [{ port }] = (await Promise.race([once(child, "message"), ended])) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid!, close: () => stop(child) };
}
