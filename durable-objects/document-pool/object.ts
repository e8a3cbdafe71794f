import { DurableObject } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import { CommandQueue } from "./command-queue.ts";
import { Connection, MAX_POOL_SIZE } from "./connection.ts";
import { answer } from "./execute.ts";
import type { DocumentAnswer, DocumentCommand, DocumentPoolRpc } from "./rpc.ts";
import { mendSocketTimeouts } from "./socket-timeouts.ts";

mendSocketTimeouts();

/**
 * A service's MongoDB connections. They live here because a client in a Worker's globals hangs on its
 * second request, while a Durable Object may keep its sockets for as long as it lives.
 */
export abstract class DocumentPool<Env> extends DurableObject<Env> implements DocumentPoolRpc {
  #queue: CommandQueue | null = null;
  #connection: Connection | null = null;

  /** A MongoDB connection string with the database in it. */
  protected abstract connectionString(): string;

  run(command: DocumentCommand): Promise<DocumentAnswer> {
    // Whether the database answers is not asked of its queue.
    if (command.do === "ping") return this.#execute(command);
    this.#queue ??= new CommandQueue({
      atOnce: MAX_POOL_SIZE,
      execute: (next) => this.#execute(next),
      clock: systemClock,
    });
    return this.#queue.run(command);
  }

  #execute(command: DocumentCommand): Promise<DocumentAnswer> {
    this.#connection ??= new Connection(this.connectionString());
    const connection = this.#connection;
    return answer(() => connection.db(), command);
  }
}
