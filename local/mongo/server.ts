import { ObjectId } from "bson";
import { dispatch } from "./commands/dispatch.ts";
import { type EngineOptions, openEngine } from "./engine.ts";
import { type Listener, openListener } from "./listener.ts";
import { onlyMember } from "./member.ts";

export type MongoOptions = EngineOptions & {
  /** Port on 127.0.0.1; 0 takes a free one. */
  port: number;
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
  const engine = await openEngine(options);
  const processId = new ObjectId();
  let listener: Listener;
  try {
    listener = await openListener({
      ...options,
      memberOf: (socket) => onlyMember(processId, `${socket.localAddress}:${socket.localPort}`),
      handlerOf: (connection) => (request) => dispatch(engine.state, connection, request),
    });
  } catch (error) {
    await engine.close();
    throw error;
  }
  return {
    port: listener.port,
    sweep: engine.sweep,
    async close() {
      await listener.close();
      await engine.close();
    },
  };
}
