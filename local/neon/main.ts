import { DEFAULT_POOL_SIZE, MAX_POOL_SIZE } from "./limits.ts";
import { startNeon } from "./server.ts";

const MAX_PORT = 65_535;

function log(event: string, fields: Record<string, string | number> = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), part: "neon", event, ...fields }));
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}

function integer(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new Error(`environment variable ${name} must be a whole number from 1 to ${max}`);
  }
  return value;
}

const neon = await startNeon({
  port: integer("PORT", required("PORT"), MAX_PORT),
  postgresHost: required("POSTGRES_HOST"),
  postgresPort: integer("POSTGRES_PORT", required("POSTGRES_PORT"), MAX_PORT),
  poolSize: integer("POOL_SIZE", process.env.POOL_SIZE ?? String(DEFAULT_POOL_SIZE), MAX_POOL_SIZE),
  log,
});
log("listening", { port: neon.port });

process.once("SIGTERM", async () => {
  await neon.close();
  log("stopped");
  process.exit(0);
});
