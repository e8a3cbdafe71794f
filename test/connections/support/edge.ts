import { Miniflare } from "miniflare";
import { Client } from "pg";
import { startTestNeon } from "#local/neon/testing.ts";
import { bundleWorker, endBundling } from "#local/workers/bundle.ts";

const ENTRY = new URL("./postgres-worker.mjs", import.meta.url).pathname;

/** A service's edge in workerd, before the Neon endpoint with its pool of ten, before a real Postgres. */
export type Edge = {
  /** The address of the edge. */
  url: string;
  /** As the service's role, straight to the server. */
  admin: Client;
  /** Every read takes so long from now on, inside Postgres. */
  slowDown(seconds: number): Promise<void>;
  /** Connections of the edge to Postgres at this moment, by the endpoint's pool or by the objects' WebSockets. */
  connections(way?: "http" | "object"): Promise<number>;
  close(): Promise<void>;
};

export async function startEdge(): Promise<Edge> {
  const neon = await startTestNeon();
  const service = await neon.postgres.addDatabase("edge");
  const { host, port } = neon.postgres;
  const { name, password } = service;
  const identity = { user: name, database: name, password, application_name: "admin" };
  const admin = new Client({ host, port, ...identity });
  admin.on("error", () => {});
  await admin.connect();
  await admin.query("create table slow (seconds float8 not null); insert into slow values (0)");
  const script = await bundleWorker(ENTRY);
  await endBundling();
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-07-01",
    compatibilityFlags: ["nodejs_compat"],
    durableObjects: { POOL: { className: "WebSocketPool", useSQLite: true } },
    bindings: {
      DATABASE_URL: neon.urlOf(service),
      NEON_FETCH_ENDPOINT: `http://127.0.0.1:${neon.port}/sql`,
      WEB_SOCKETS: `127.0.0.1:${neon.port}/v2`,
    },
  });
  const url = String(await miniflare.ready).replace(/\/$/, "");
  return {
    url,
    admin,
    async slowDown(seconds) {
      await admin.query("update slow set seconds = $1", [seconds]);
    },
    async connections(way = "http") {
      const { rows } = await admin.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = $1
         and application_name <> 'admin' and (application_name = 'ticketflow-neon') = $2`,
        [name, way === "http"],
      );
      return rows[0]!.n;
    },
    async close() {
      await miniflare.dispose();
      await admin.end();
      await neon.close();
    },
  };
}
