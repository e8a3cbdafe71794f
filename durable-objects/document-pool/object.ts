import { DurableObject } from "cloudflare:workers";
import { Connection } from "./connection.ts";
import { answer } from "./execute.ts";
import type { DocumentAnswer, DocumentCommand, DocumentPoolRpc } from "./rpc.ts";
import { mendSocketTimeouts } from "./socket-timeouts.ts";

mendSocketTimeouts();

/**
 * A service's MongoDB connections. They live here because a client in a Worker's globals hangs on its
 * second request, while a Durable Object may keep its sockets for as long as it lives.
 */
export abstract class DocumentPool<Env> extends DurableObject<Env> implements DocumentPoolRpc {
  #connection: Connection | null = null;

  /** A MongoDB connection string with the database in it. */
  protected abstract connectionString(): string;

  run(command: DocumentCommand): Promise<DocumentAnswer> {
    this.#connection ??= new Connection(this.connectionString());
    const connection = this.#connection;
    return answer(() => connection.db(), command);
  }
}
