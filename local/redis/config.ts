import { type Environment, listenAddress, portNumber, required } from "../shared/environment.ts";

export type Config = { port: number; host: string; token: string; redisUrl?: string };

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Environment): Config {
  const read = { port: portNumber(env), host: listenAddress(env), token: required(env, "REDIS_REST_TOKEN") };
  return env.REDIS_URL ? { ...read, redisUrl: redisUrl(env.REDIS_URL) } : read;
}

/** @throws Error without the address, which may hold a password */
function redisUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocol === "redis:" || protocol === "rediss:") return text;
  throw new Error("REDIS_URL must be redis://user:password@host:port, or rediss:// for TLS");
}
