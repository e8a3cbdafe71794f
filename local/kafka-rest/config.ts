import { type Environment, listenAddress, portNumber, required } from "../shared/environment.ts";

export type Config = { port: number; host: string; dataDir: string; username: string; password: string };

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Environment): Config {
  const username = required(env, "KAFKA_REST_USERNAME");
  // RFC 7617: everything before the first colon is the user.
  if (username.includes(":")) throw new Error("KAFKA_REST_USERNAME must not contain a colon");
  return {
    port: portNumber(env),
    host: listenAddress(env),
    dataDir: required(env, "DATA_DIR"),
    username,
    password: required(env, "KAFKA_REST_PASSWORD"),
  };
}
