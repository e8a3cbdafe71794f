import { sharedGuard } from "../backend-guard.ts";
import { Unavailable } from "../errors/problem.ts";
import { jsonLogger, type Logger } from "../observability/log.ts";

/** A call that does not wait for messages answers within this, or the log is unavailable. */
const CALL_TIMEOUT_MS = 5_000;

/** What a request gets that is wrong itself, or too large. */
const REFUSALS = new Set([400, 413, 422]);

/** Where a server of a log is, and who asks it. */
export interface LogServerOptions {
  url: string;
  username: string;
  password: string;
  /** Who writes down that Kafka is out, and that it is back. */
  logger?: Logger;
}

export interface LogRequest {
  body?: unknown;
  headers?: Record<string, string>;
  /** How long the server may wait for messages before it answers. */
  waitMs?: number;
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** The server will not have this request, now or later. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly text: string;

  constructor(path: string, status: number, text: string) {
    super(`Kafka REST refused ${path} with ${status}: ${text}`);
    this.status = status;
    this.text = text;
  }
}

/** Asks a server of a log over HTTP: `GET`, or `POST` where there is a body. */
export interface LogServer {
  /** Not at all while the server is known to be out. @throws Unavailable, Refused */
  ask(path: string, request?: LogRequest): Promise<unknown>;
  /**
   * In any case: a call that waits for messages would be the one that finds out whether the server is back, and hold up
   * all others; who waits pauses by itself. And a check of health asks how the server is.
   * @throws Unavailable, Refused
   */
  askAnyway(path: string, request?: LogRequest): Promise<unknown>;
  /** How many requests were made. */
  readonly asked: number;
}

export function logServer(options: LogServerOptions): LogServer {
  const authorization = `Basic ${btoa(`${options.username}:${options.password}`)}`;
  const base = options.url.replace(/\/$/, "");
  const guarded = sharedGuard(base, { backend: "kafka", logger: options.logger ?? jsonLogger("kafka-rest") });
  let asked = 0;

  async function askAnyway(path: string, request: LogRequest = {}): Promise<unknown> {
    const { body, headers, waitMs = 0, signal } = request;
    const limit = AbortSignal.timeout(CALL_TIMEOUT_MS + waitMs);
    asked += 1;
    let response: Response;
    try {
      response = await fetch(base + path, {
        headers: {
          authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([limit, signal]) : limit,
      });
      if (response.ok) return await response.json();
    } catch (error) {
      throw new Unavailable("kafka", error);
    }
    const text = (await response.text().catch(() => "")).slice(0, 300);
    // A wrong secret and a topic that is not there are ours to mend: no message is at fault, and each can wait.
    if (!REFUSALS.has(response.status)) throw new Unavailable("kafka", `${response.status}: ${text}`);
    throw new Refused(path, response.status, text);
  }

  return {
    ask: (path, request) => guarded(() => askAnyway(path, request)),
    askAnyway,
    get asked() {
      return asked;
    },
  };
}
