import { mkdirSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { ObjectId } from "bson";
import type { Clock } from "#shared/clock.ts";
import { listen } from "../shared/listen.ts";
import type { Log } from "../shared/log.ts";
import { type UserConfig, Users } from "./auth/users.ts";
import type { ConnectionState, ServerState } from "./commands/context.ts";
import { Cursors } from "./commands/cursors.ts";
import { dispatch } from "./commands/dispatch.ts";
import { INCOMPLETE_MESSAGE_TIMEOUT_MS, MAX_CONNECTIONS, SWEEP_INTERVAL_MS } from "./limits.ts";
import { Catalog } from "./storage/catalog.ts";
import { Committer } from "./storage/committer.ts";
import { RetryableWrites } from "./storage/retryable-writes.ts";
import { sweep } from "./sweep.ts";
import { Connection } from "./wire/connection.ts";

export type MongoOptions = {
  /** Port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Folder of the database file, made when missing. One server at a time may have it. */
  dataDir: string;
  users: readonly UserConfig[];
  clock: Clock;
  log: Log;
  /** Called once when a commit has failed: memory is ahead of the disk, and the process must end. */
  onFatal: (reason: string) => void;
  /** How long a half-sent message may take (ms). */
  incompleteMessageTimeoutMs?: number;
};

export type MongoServer = {
  port: number;
  /** Runs the periodic sweep now, and waits until its deletions are stored. */
  sweep(): Promise<void>;
  close(): Promise<void>;
};

/** Starts a server. Rejects when the data is in use or unreadable, or the port is taken. */
export async function startMongo(options: MongoOptions): Promise<MongoServer> {
  const { clock, log } = options;
  mkdirSync(options.dataDir, { recursive: true });
  const { committer, snapshot } = await Committer.open(
    join(options.dataDir, "mongo.sqlite"),
    options.onFatal,
  );
  const state: ServerState = {
    catalog: new Catalog(committer, snapshot),
    journal: committer,
    retryableWrites: new RetryableWrites(committer, snapshot, clock),
    cursors: new Cursors(clock),
    users: new Users(options.users),
    clock,
    processId: new ObjectId(),
    startedAt: clock(),
    log,
  };
  const sockets = new Set<Socket>();
  let lastConnection = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const connection = connectionState(++lastConnection, socket);
    const timeoutMs = options.incompleteMessageTimeoutMs ?? INCOMPLETE_MESSAGE_TIMEOUT_MS;
    new Connection(socket, (request) => dispatch(state, connection, request), timeoutMs);
  });
  server.maxConnections = MAX_CONNECTIONS;
  let port: number;
  try {
    port = await listen(server, options.port);
  } catch (error) {
    await committer.close();
    throw error;
  }
  const timer = setInterval(() => sweep(state), SWEEP_INTERVAL_MS);
  return {
    port,
    async sweep() {
      sweep(state);
      await committer.covered();
    },
    async close() {
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await committer.close();
    },
  };
}

function connectionState(id: number, socket: Socket): ConnectionState {
  const closed = new AbortController();
  socket.on("close", () => closed.abort());
  const address = `${socket.localAddress}:${socket.localPort}`;
  return { id, address, closed: closed.signal, identity: null, conversation: null };
}
