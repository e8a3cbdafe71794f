import { DurableObject } from "cloudflare:workers";
import { type BackendGuard, sharedGuard } from "#shared/backend-guard.ts";
import { systemClock } from "#shared/clock.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Logger } from "#shared/observability/log.ts";
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
  #guard: BackendGuard | null = null;

  /** A MongoDB connection string with the database in it. */
  protected abstract connectionString(): string;

  protected abstract logger(): Logger;

  run(command: DocumentCommand): Promise<DocumentAnswer> {
    // Whether the database answers is not asked of its queue.
    if (command.do === "ping") return this.#execute(command);
    this.#queue ??= new CommandQueue({
      atOnce: MAX_POOL_SIZE,
      execute: (next) => this.#guarded(next),
      clock: systemClock,
    });
    return this.#queue.run(command);
  }

  /** Behind the circuit breaker of the isolate, which a service's pools share. */
  async #guarded(command: DocumentCommand): Promise<DocumentAnswer> {
    this.#guard ??= sharedGuard(this.connectionString(), { backend: "mongodb", logger: this.logger() });
    try {
      return await this.#guard(() => this.#unlessOut(command));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { ok: false, kind: "unavailable", detail: String(error.cause) };
    }
  }

  /** @throws Unavailable where the answer says so: that is what the breaker goes by */
  async #unlessOut(command: DocumentCommand): Promise<DocumentAnswer> {
    const answer = await this.#execute(command);
    if (!answer.ok && answer.kind === "unavailable") throw new Unavailable("mongodb", answer.detail);
    return answer;
  }

  #execute(command: DocumentCommand): Promise<DocumentAnswer> {
    this.#connection ??= new Connection(this.connectionString());
    const connection = this.#connection;
    return answer(() => connection.db(), command);
  }
}
