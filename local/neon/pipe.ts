import { connect } from "node:net";
import type { WebSocket } from "ws";
import { PIPE_HIGH_WATER_BYTES, PIPE_IDLE_MS } from "./limits.ts";

/** RFC 6455 close codes. */
const CLOSE_NORMAL = 1000;
const CLOSE_UNSUPPORTED_DATA = 1003;
const CLOSE_INTERNAL_ERROR = 1011;

/** Carries bytes between a WebSocket and the server, both ways, at the pace of the slower side. */
export function pipeToServer(webSocket: WebSocket, server: { host: string; port: number }): void {
  const socket = connect({ ...server, noDelay: true });
  webSocket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) return webSocket.close(CLOSE_UNSUPPORTED_DATA, "binary messages only");
    if (!socket.write(data)) webSocket.pause();
  });
  socket.on("drain", () => webSocket.resume());
  socket.on("data", (chunk) => {
    webSocket.send(chunk, () => {
      if (webSocket.bufferedAmount <= PIPE_HIGH_WATER_BYTES) socket.resume();
    });
    if (webSocket.bufferedAmount > PIPE_HIGH_WATER_BYTES) socket.pause();
  });
  socket.setTimeout(PIPE_IDLE_MS, () => socket.destroy(new Error("idle")));
  socket.on("error", () => webSocket.close(CLOSE_INTERNAL_ERROR, "the connection to the database was lost"));
  socket.on("close", () => webSocket.close(CLOSE_NORMAL));
  webSocket.on("close", () => socket.destroy());
  webSocket.on("error", () => socket.destroy());
}
