import type { IncomingMessage } from "node:http";
import { MAX_BUFFERED_REQUEST_BYTES, MAX_REQUEST_BYTES, MAX_TIMEOUT_MS } from "../limits.ts";
import { RestError } from "../rest-error.ts";

/** A request as the routes see it. `body` is the parsed JSON, undefined when there was none. */
export type RestRequest = {
  params: string[];
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: unknown;
  /** Tells when the client has gone; used to stop waiting. */
  onClientGone: (listener: () => void) => void;
};

/** Bodies held by all requests of one server. */
export class BodyBudget {
  #heldBytes = 0;

  take(bytes: number): void {
    if (this.#heldBytes + bytes > MAX_BUFFERED_REQUEST_BYTES)
      throw new RestError(503, "the server is overloaded");
    this.#heldBytes += bytes;
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/**
 * Reads the whole body, counting it against the budget until `release` is called.
 * Throws 413 for one that is too large, 503 when all bodies together are.
 */
export function readBody(
  message: IncomingMessage,
  budget: BodyBudget,
): Promise<{ text: string; release: () => void }> {
  // By its events: an asynchronous iterator costs as much as the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let hasEnded = false;
    const fail = (error: Error) => {
      if (hasEnded) return;
      hasEnded = true;
      budget.release(length);
      reject(error);
    };
    message.on("data", (chunk: Buffer) => {
      if (hasEnded) return;
      try {
        if (length + chunk.length > MAX_REQUEST_BYTES) {
          throw new RestError(413, `a request body may have at most ${MAX_REQUEST_BYTES} bytes`);
        }
        budget.take(chunk.length);
        length += chunk.length;
        chunks.push(chunk);
      } catch (error) {
        fail(error as Error);
      }
    });
    message.once("end", () => {
      if (hasEnded) return;
      hasEnded = true;
      resolve({ text: Buffer.concat(chunks).toString(), release: () => budget.release(length) });
    });
    message.once("error", fail);
    message.once("close", () => fail(new Error("the client left before the end of its request")));
  });
}

/** Undefined for an empty body; throws 400 for what is not JSON. The content type is not looked at: curl -d sets another. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError(400, "the request body is not valid JSON");
  }
}

/** A `timeout` from a query or a body: milliseconds from 0 to the limit, or the default where absent. */
export function parseTimeout(value: unknown, defaultMs: number): number {
  if (value === undefined || value === null) return defaultMs;
  const timeout = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof timeout !== "number" || !Number.isInteger(timeout) || timeout < 0 || timeout > MAX_TIMEOUT_MS) {
    throw new RestError(400, `timeout must be an integer from 0 to ${MAX_TIMEOUT_MS} (milliseconds)`);
  }
  return timeout;
}
