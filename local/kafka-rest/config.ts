export type Config = { port: number; dataDir: string; username: string; password: string };

/** Reads and checks the environment; throws an error that names the variable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const required = (name: string) => {
    const value = env[name];
    if (!value) throw new Error(`the environment variable ${name} is missing`);
    return value;
  };
  const port = Number(required("PORT"));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error("PORT must be an integer from 0 to 65535");
  const username = required("KAFKA_REST_USERNAME");
  // RFC 7617: everything before the first colon is the user.
  if (username.includes(":")) throw new Error("KAFKA_REST_USERNAME must not contain a colon");
  return { port, dataDir: required("DATA_DIR"), username, password: required("KAFKA_REST_PASSWORD") };
}
