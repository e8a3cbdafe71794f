import type { UserConfig } from "./auth/users.ts";

export type MongoConfig = { port: number; dataDir: string; users: UserConfig[] };

/** Reads the configuration. Throws an Error that names the variable that is missing or malformed. */
export function readConfig(env: Record<string, string | undefined>): MongoConfig {
  const port = Number(required(env, "PORT"));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("PORT must be a port number");
  return { port, dataDir: required(env, "DATA_DIR"), users: readUsers(required(env, "MONGO_USERS")) };
}

function required(env: Record<string, string | undefined>, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
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
