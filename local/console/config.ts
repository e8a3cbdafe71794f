import { type Environment, portNumber, required } from "../shared/environment.ts";

export interface ConsoleConfig {
  /** 0 lets the system choose. */
  port: number;
  kafka: { url: string; username: string; password: string };
  /** Connection strings by the service that owns the database. */
  mongo: Record<string, string>;
  postgres: Record<string, string>;
}

/**
 * Reads PORT, KAFKA_REST_URL, KAFKA_REST_USERNAME, KAFKA_REST_PASSWORD, and MONGO_DATABASES and POSTGRES_DATABASES:
 * JSON objects of connection strings by service.
 * @throws Error naming the variable, never with its value, which holds passwords
 */
export function readConsoleConfig(env: Environment): ConsoleConfig {
  return {
    port: portNumber(env),
    kafka: {
      url: required(env, "KAFKA_REST_URL"),
      username: required(env, "KAFKA_REST_USERNAME"),
      password: required(env, "KAFKA_REST_PASSWORD"),
    },
    mongo: byService(env, "MONGO_DATABASES"),
    postgres: byService(env, "POSTGRES_DATABASES"),
  };
}

function byService(env: Environment, name: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(required(env, name));
  } catch {
    throw new Error(`${name} is not JSON`);
  }
  if (
    typeof value !== "object" ||
    value === null ||
    Object.values(value).some((uri) => typeof uri !== "string")
  ) {
    throw new Error(`${name} must be an object of connection strings`);
  }
  return value as Record<string, string>;
}
