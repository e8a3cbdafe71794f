import { connect } from "cloudflare:sockets";
import { systemClock } from "#shared/clock.ts";
import { serviceApp } from "#shared/http/service-app.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { collection } from "../client.ts";
import { DocumentPool } from "../object.ts";
import type { DocumentCommand, DocumentPoolRpc } from "../rpc.ts";
import { spreadPool } from "../spread.ts";

interface TestEnv {
  MONGO_URL: string;
  POOL: { getByName(name: string): DocumentPoolRpc };
}

/** A pool with nothing of a service around it. */
export class TestDocumentPool extends DocumentPool<TestEnv> {
  protected connectionString(): string {
    return this.env.MONGO_URL;
  }

  protected logger() {
    return jsonLogger("test");
  }
}

const app = serviceApp<TestEnv>({
  service: "test",
  clock: systemClock,
  logger: { info() {}, warn() {}, error() {} },
  gatewayKey: () => "",
});

/** A service's edge that reads MongoDB, by the service's pools. */
let last = 0;
app.get("/edge", async (c) => {
  const rows = collection(spreadPool(c.env.POOL), "rows");
  // Each another one: the same read would be asked for once.
  return c.json({ found: await rows.findOne({ _id: `row-${++last}` }) });
});

/** How many of as many sockets were open at once in one request. */
app.get("/sockets", async (c) => c.json(await opened(new URL(c.req.url).searchParams)));

/** A command in one pool. */
app.post("/pool/:name", async (c) =>
  c.json(await c.env.POOL.getByName(c.req.param("name")).run(await c.req.json<DocumentCommand>())),
);

export default app;

async function opened(params: URLSearchParams): Promise<number> {
  const address = { hostname: "127.0.0.1", port: Number(params.get("port")) };
  const sockets = Array.from({ length: Number(params.get("count")) }, () => connect(address));
  const outcomes = await Promise.allSettled(sockets.map((socket) => socket.opened));
  await Promise.allSettled(sockets.map((socket) => socket.close()));
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}
