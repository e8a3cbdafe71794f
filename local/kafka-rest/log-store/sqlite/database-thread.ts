import type { DatabaseSync } from "node:sqlite";
import { parentPort, Worker } from "node:worker_threads";

type Reply<Response> = { response: Response } | { failure: string };

/** Inside the thread: answers each request in turn. A null request closes the database and ends the thread. */
export function answerRequests<Request, Response>(
  database: DatabaseSync,
  answer: (request: Request) => Response,
): void {
  parentPort?.on("message", (request: Request | null) => {
    if (request === null) {
      database.close();
      parentPort?.close();
      return;
    }
    let reply: Reply<Response>;
    try {
      reply = { response: answer(request) };
    } catch (error) {
      reply = { failure: String(error) };
    }
    parentPort?.postMessage(reply);
  });
}

/** Outside: a thread that answers requests in the order they were sent. */
export class DatabaseThread<Request, Response> {
  readonly #worker: Worker;
  readonly #pending: { resolve: (response: Response) => void; reject: (error: Error) => void }[] = [];
  readonly #exited: Promise<void>;
  #ended: Error | undefined;

  constructor(script: URL, databasePath: string) {
    // The flags of the parent are not for this thread, and node:sqlite's notice is no event of ours.
    const execArgv = ["--disable-warning=ExperimentalWarning"];
    this.#worker = new Worker(script, { workerData: { path: databasePath }, execArgv });
    this.#worker.on("message", (reply: Reply<Response>) => {
      const waiting = this.#pending.shift();
      if ("failure" in reply) waiting?.reject(new Error(reply.failure));
      else waiting?.resolve(reply.response);
    });
    this.#worker.on("error", (error) =>
      this.#failAll(error instanceof Error ? error : new Error(String(error))),
    );
    this.#exited = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#failAll(new Error("the database thread has ended"));
        resolve();
      });
    });
  }

  /** Rejects with what SQLite said, or when the thread dies before it has answered. */
  ask(request: Request): Promise<Response> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread after everything asked before. */
  async close(): Promise<void> {
    this.#worker.postMessage(null);
    await this.#exited;
  }

  #failAll(error: Error): void {
    this.#ended ??= error;
    for (const waiting of this.#pending.splice(0)) waiting.reject(error);
  }
}
