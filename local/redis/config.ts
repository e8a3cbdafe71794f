import { type Environment, portNumber, required } from "../shared/environment.ts";

export type Config = { port: number; token: string };

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Environment): Config {
  return { port: portNumber(env), token: required(env, "REDIS_REST_TOKEN") };
}
