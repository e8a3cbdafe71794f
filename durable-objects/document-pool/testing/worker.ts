import { connect } from "cloudflare:sockets";
import { jsonLogger } from "#shared/observability/log.ts";
import { DocumentPool } from "../object.ts";
import type { DocumentCommand, DocumentPoolRpc } from "../rpc.ts";

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

/** `POST /<pool>` runs a command in that pool; `GET /sockets?port=&count=` opens sockets. */
export default {
  async fetch(request: Request, env: TestEnv): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/sockets") return Response.json(await opened(searchParams));
    const command = await request.json<DocumentCommand>();
    return Response.json(await env.POOL.getByName(pathname.slice(1)).run(command));
  },
};

/** How many sockets were open at once, of as many as were asked for in one request. */
async function opened(params: URLSearchParams): Promise<number> {
  const address = { hostname: "127.0.0.1", port: Number(params.get("port")) };
  const sockets = Array.from({ length: Number(params.get("count")) }, () => connect(address));
  const outcomes = await Promise.allSettled(sockets.map((socket) => socket.opened));
  await Promise.allSettled(sockets.map((socket) => socket.close()));
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}
