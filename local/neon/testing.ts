import { neonConfig } from "@neondatabase/serverless";
import { WebSocket } from "ws";
import type { ServiceDatabase } from "../postgres/databases.ts";
import { startTestPostgres, type TestPostgres } from "../postgres/testing.ts";
import { startNeon } from "./server.ts";

/** A throw-away server with the endpoint before it, and the official driver pointed at it. */
export type TestNeon = {
  postgres: TestPostgres;
  port: number;
  /** The connection string of a database, as production code gets it. */
  urlOf(service: ServiceDatabase, overrides?: { database?: string; password?: string }): string;
  close(): Promise<void>;
};

/** Starts both. The driver's settings are global: one endpoint per test file. */
export async function startTestNeon(options: { poolSize?: number } = {}): Promise<TestNeon> {
  const postgres = await startTestPostgres();
  const neon = await startNeon({
    port: 0,
    postgresHost: postgres.host,
    postgresPort: postgres.port,
    ...options,
  });
  neonConfig.fetchEndpoint = `http://127.0.0.1:${neon.port}/sql`;
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${neon.port}/v2?address=${host}:${port}`;
  neonConfig.webSocketConstructor = WebSocket;
  neonConfig.useSecureWebSocket = false;
  neonConfig.pipelineTLS = false;
  neonConfig.pipelineConnect = false;
  return {
    postgres,
    port: neon.port,
    urlOf: ({ name, password }, overrides = {}) =>
      `postgresql://${name}:${encodeURIComponent(overrides.password ?? password)}@db.example/${overrides.database ?? name}`,
    async close() {
      await neon.close();
      await postgres.close();
    },
  };
}
