import { type Environment, portNumber, required } from "../shared/environment.ts";
import type { UserConfig } from "./auth/users.ts";

export type MongoConfig = { port: number; dataDir: string; users: UserConfig[] };

/** Reads the configuration. Throws an Error that names the variable that is missing or malformed. */
export function readConfig(env: Environment): MongoConfig {
  return {
    port: portNumber(env),
    dataDir: required(env, "DATA_DIR"),
    users: readUsers(required(env, "MONGO_USERS")),
  };
}

function readUsers(text: string): UserConfig[] {
  const shape = 'MONGO_USERS must be JSON: [{"user", "password", "database"}, ...], at least one';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(shape);
  }
  if (!Array.isArray(parsed) || parsed.length === 0) throw new Error(shape);
  return parsed.map((entry: unknown) => {
    const { user, password, database } = (entry ?? {}) as Record<string, unknown>;
    for (const value of [user, password, database]) {
      // Printable ASCII only: other text would need SASLprep before it is hashed.
      if (typeof value !== "string" || !/^[\x20-\x7e]+$/.test(value)) {
        throw new Error(`${shape}; every value non-empty printable ASCII`);
      }
    }
    return { user, password, database } as UserConfig;
  });
}
