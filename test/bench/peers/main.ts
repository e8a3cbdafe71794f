import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { SeatRequest } from "../wire.ts";
import { type Asked, leanServer } from "./http.ts";
import { luaScript } from "./lua.ts";
import type { Peer, Servers } from "./peer.ts";
import { selectForUpdate } from "./select-for-update.ts";
import { setnxThenUpdate } from "./setnx-update.ts";

/**
 * The front of all peers, a process of its own: the same addresses, messages and JSON as the bench Worker's. The contender in
 * an address is the peer with the size of its pools: `/p1@16/<event>`. Node.js, since a Worker may not share a connection
 * between requests, so that a pool would need an object before it: one more hop, on the peer's account.
 */
const PEERS: Record<string, (servers: Servers) => Promise<Peer>> = {
  p1: (servers) => setnxThenUpdate(servers, false),
  p1p: (servers) => setnxThenUpdate(servers, true),
  p2: selectForUpdate,
  p3: luaScript,
};

/** The peers that are connected, each with the pools that it was asked for last. */
const connected = new Map<string, { pool: number; peer: Promise<Peer> }>();

async function peerOf(contender: string): Promise<Peer> {
  const [name = "", size] = contender.split("@");
  const pool = Number(size);
  const known = connected.get(name);
  if (known?.pool === pool) return known.peer;
  const connect = PEERS[name];
  if (!connect) throw new Error(`there is no peer ${name}`);
  const redisPort = Number(process.env.REDIS_PORT);
  const postgresUrl = process.env.POSTGRES_URL ?? "";
  const peer = connect({ redisPort, postgresUrl, pool });
  connected.set(name, { pool, peer });
  if (known) await (await known.peer).close();
  return peer;
}

async function answer({ method, path, body }: Asked): Promise<unknown> {
  const [, contender = "", event = "", seats] = path.split("/");
  const peer = await peerOf(contender);
  switch (method) {
    case "POST":
      return peer.handle(event, JSON.parse(body) as SeatRequest);
    case "PUT":
      return peer.open(event, Number(seats));
    case "GET":
      return peer.taken(event);
    case "DELETE":
      return peer.end(event);
    default:
      throw new Error(`${method} is not served`);
  }
}

/** Answers messages of a WebSocket: a request each, or an array of them. */
function serve(webSocket: WebSocket, contender: string, event: string): void {
  const answered = async (data: Buffer) => {
    const peer = await peerOf(contender);
    const asked = JSON.parse(data.toString("latin1")) as SeatRequest | SeatRequest[];
    const said = Array.isArray(asked) ? await peer.handleAll(event, asked) : await peer.handle(event, asked);
    webSocket.send(JSON.stringify(said));
  };
  webSocket.on("message", (data: Buffer) => {
    // The measure fails, which is told so; the front serves those after it.
    answered(data).catch((error) => {
      console.error(`${contender}: ${error}`);
      webSocket.terminate();
    });
  });
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = leanServer(answer, (head, path, socket, rest) => {
  const [, contender = "", event = ""] = path.split("/");
  const headers = Object.fromEntries(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(": "))
      .map(([name = "", value]) => [name.toLowerCase(), value]),
  );
  const request = { method: "GET", url: path, headers } as IncomingMessage;
  sockets.handleUpgrade(request, socket, rest, (webSocket) => serve(webSocket, contender, event));
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once("disconnect", () => process.exit(0));
