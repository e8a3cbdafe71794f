import { connect, createServer, type Socket } from "node:net";
import { HOST } from "../../config.ts";
import { listen } from "../../shared/listen.ts";
import { Frames, requestIdOf, responseToOf } from "./frames.ts";
import { Turns } from "./turns.ts";
import { writtenCollection } from "./written-collection.ts";

/** Eight services' pools and some tools; more is a leak. */
const MAX_CONNECTIONS = 200;

/**
 * Stands in front of a server that speaks MongoDB's protocol and lets the writes of a collection through one at a time,
 * over all connections: for a server whose findAndModify reads and then writes, where MongoDB's is one atomic step.
 * Everything else goes through as it comes.
 */
export async function startOneAtATime(options: {
  port: number;
  target: number;
}): Promise<{ port: number; close(): Promise<void> }> {
  const turns = new Turns();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect({ host: HOST, port: options.target, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    serve(client, behind, turns);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port);
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One client's connection, and its own to the server behind. */
function serve(client: Socket, behind: Socket, turns: Turns): void {
  /** The write that is under way, by the number of its request. */
  let held: { key: string; requestId: number } | null = null;
  let isWaiting = false;
  let isOver = false;
  const queue: Buffer[] = [];

  const endTurn = () => {
    const { key } = held ?? {};
    held = null;
    if (key !== undefined) turns.end(key);
  };
  const close = () => {
    if (isOver) return;
    isOver = true;
    client.destroy();
    behind.destroy();
    endTurn();
  };
  const pump = () => {
    while (!held && !isWaiting && !isOver) {
      const frame = queue.shift();
      if (!frame) return;
      const key = writtenCollection(frame);
      if (key === null) {
        behind.write(frame);
        continue;
      }
      isWaiting = true;
      turns.take(key, () => {
        isWaiting = false;
        if (isOver) return turns.end(key);
        held = { key, requestId: requestIdOf(frame) };
        behind.write(frame);
      });
    }
  };

  onFrames(client, close, (frame) => {
    queue.push(frame);
    pump();
  });
  onFrames(behind, close, (frame) => {
    client.write(frame);
    if (held?.requestId !== responseToOf(frame)) return;
    endTurn();
    pump();
  });
}

function onFrames(socket: Socket, close: () => void, take: (frame: Buffer) => void): void {
  const frames = new Frames();
  socket.on("error", close);
  socket.on("close", close);
  socket.on("data", (chunk: Buffer) => {
    try {
      for (const frame of frames.push(chunk)) take(frame);
    } catch {
      // What is no message of the protocol has no answer in it either.
      close();
    }
  });
}
