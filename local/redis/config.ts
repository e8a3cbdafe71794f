import { type Environment, listenAddress, portNumber, required } from "../shared/environment.ts";

export type Config = { port: number; host: string; token: string };

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Environment): Config {
  return { port: portNumber(env), host: listenAddress(env), token: required(env, "REDIS_REST_TOKEN") };
}
