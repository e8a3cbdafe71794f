import { randomUUID } from "node:crypto";
import { type NeonQueryFunction, neon, neonConfig, Pool } from "@neondatabase/serverless";
import { afterAll } from "vitest";
import { WebSocket } from "ws";
import { startTestNeon } from "../../../../local/neon/testing.ts";
import { conformanceTarget } from "../../support/target.ts";

/** What a case talks to Postgres with. */
export interface World {
  /** The connection string; the role may create tables. */
  readonly url: string;
  /** The official driver over HTTP. */
  readonly sql: NeonQueryFunction<false, false>;
  /** A query over HTTP as the wire has it. A header that is undefined is left out. */
  raw(body: string, headers?: Record<string, string | undefined>): Promise<RawAnswer>;
  /** Runs with the official driver's pool over a WebSocket. */
  withPool<T>(run: (pool: Pool) => Promise<T>, url?: string): Promise<T>;
  /** A new table with these columns; dropped after the cases. */
  table(columns: string): Promise<string>;
}

export interface RawAnswer {
  status: number;
  body: Record<string, unknown>;
}

async function startStandIn() {
  const endpoint = await startTestNeon(); // Points the driver at itself.
  return { url: endpoint.urlOf(await endpoint.postgres.addDatabase("conformance")), close: endpoint.close };
}

/**
 * Call it at the top of a file, and use what it gives inside cases. CONFORMANCE_POSTGRES_URL is a connection string;
 * where the endpoint is not Neon's own, CONFORMANCE_POSTGRES_ENDPOINT is its address (`http://127.0.0.1:5480`).
 */
export function usePostgres(): World {
  const target = conformanceTarget("postgres", startStandIn);
  const given = process.env.CONFORMANCE_POSTGRES_ENDPOINT;
  neonConfig.webSocketConstructor = WebSocket;
  if (given) pointDriverAt(new URL(given));
  const tables: string[] = [];
  // Registered after the stand-in's own hook, so it runs before that one stops it.
  afterAll(async () => {
    for (const table of tables) await neon(target()).query(`drop table if exists ${table}`);
  });
  return {
    get url() {
      return target();
    },
    get sql() {
      return neon(target());
    },
    async raw(body, headers = {}) {
      const all = {
        "Neon-Connection-String": target(),
        "Neon-Raw-Text-Output": "true",
        "Neon-Array-Mode": "true",
        ...headers,
      };
      const sent = Object.entries(all).filter(
        (header): header is [string, string] => header[1] !== undefined,
      );
      const response = await fetch(endpointOf(target()), { method: "POST", body, headers: sent });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async withPool(run, url = target()) {
      const pool = new Pool({ connectionString: url });
      pool.on("error", () => {});
      try {
        return await run(pool);
      } finally {
        await pool.end();
      }
    },
    async table(columns) {
      const name = `conformance_${randomUUID().replaceAll("-", "")}`;
      tables.push(name);
      await neon(target()).query(`create table ${name} (${columns})`);
      return name;
    },
  };
}

function pointDriverAt(endpoint: URL): void {
  neonConfig.fetchEndpoint = new URL("/sql", endpoint).href;
  neonConfig.wsProxy = (host, port) => `${endpoint.host}/v2?address=${host}:${port}`;
  neonConfig.useSecureWebSocket = endpoint.protocol === "https:";
  neonConfig.pipelineTLS = false;
  neonConfig.pipelineConnect = false;
}

function endpointOf(url: string): string {
  const { fetchEndpoint } = neonConfig;
  return typeof fetchEndpoint === "string" ? fetchEndpoint : fetchEndpoint(new URL(url).hostname, 443);
}
