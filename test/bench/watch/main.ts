import { once } from "node:events";
import { WebSocket } from "ws";
import { Watched } from "./watched.ts";

/** Acknowledged long before the map leaves one out who does not. */
const ACK_AFTER_BYTES = 65_536;
/** Connections that are opened at a time. */
const AT_ONCE = 50;

let sockets: WebSocket[] = [];
let watched = new Watched();

/** The watchers, a process of their own: each hears everything, and what they heard when is told at the end. */
process.on("message", async (asked: { watch: string; count: number } | "report") => {
  if (asked === "report") {
    for (const socket of sockets) socket.terminate();
    process.send?.(watched.report());
    return;
  }
  sockets = [];
  watched = new Watched();
  while (sockets.length < asked.count) {
    const some = Array.from({ length: Math.min(AT_ONCE, asked.count - sockets.length) }, () =>
      join(asked.watch),
    );
    sockets.push(...(await Promise.all(some)));
  }
  process.send?.("watching");
});
process.once("disconnect", () => process.exit(0));

async function join(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const heard = watched.watcher();
  let unread = 0;
  socket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) {
      watched.missed++;
      return;
    }
    heard(data, performance.timeOrigin + performance.now());
    unread += data.length;
    if (unread < ACK_AFTER_BYTES) return;
    socket.send(JSON.stringify({ type: "ack", bytes: unread }));
    unread = 0;
  });
  await once(socket, "message");
  return socket;
}
