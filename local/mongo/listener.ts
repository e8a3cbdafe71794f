import { createServer, type Server, type Socket } from "node:net";
import { listen } from "../shared/listen.ts";
import type { ConnectionState } from "./commands/context.ts";
import { INCOMPLETE_MESSAGE_TIMEOUT_MS, MAX_CONNECTIONS } from "./limits.ts";
import type { Member } from "./member.ts";
import { Connection, type RequestHandler } from "./wire/connection.ts";

export type ListenerOptions = {
  /** 0 takes a free one. */
  port: number;
  /** The member that a socket leads to. */
  memberOf(socket: Socket): Member;
  /** Who answers what comes through a connection. */
  handlerOf(connection: ConnectionState, socket: Socket): RequestHandler;
  /** Told of each connection, and of its end. */
  onConnections?: (open: number) => void;
  /** How long a half-sent message may take (ms). */
  incompleteMessageTimeoutMs?: number;
};

/** Where clients connect to. */
export type Listener = {
  port: number;
  /** Cuts every connection and listens no more. */
  close(): Promise<void>;
};

let lastConnection = 0;

/** Starts to listen. Rejects when the port is taken. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { incompleteMessageTimeoutMs: timeoutMs = INCOMPLETE_MESSAGE_TIMEOUT_MS } = options;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    options.onConnections?.(sockets.size);
    socket.on("close", () => {
      sockets.delete(socket);
      options.onConnections?.(sockets.size);
    });
    const connection = connectionState(socket, options.memberOf(socket));
    new Connection(socket, options.handlerOf(connection, socket), timeoutMs);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listen(server, options.port);
  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function connectionState(socket: Socket, member: Member): ConnectionState {
  const closed = new AbortController();
  socket.on("close", () => closed.abort());
  return { id: ++lastConnection, member, closed: closed.signal, identity: null, conversation: null };
}
