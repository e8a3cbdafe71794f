import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../../shared/log.ts";
import type { Outcome, Prepared } from "../resources/endpoint.ts";
import { settleDue } from "../resources/settle.ts";
import type { Work } from "../resources/work.ts";
import { untilGone } from "../simulation/hold.ts";
import type { Simulation } from "../simulation/state.ts";
import { Overloaded, savepoint } from "../storage/group-commit.ts";
import type { Store } from "../storage/store.ts";
import { authenticate } from "./auth.ts";
import { mediaType, readText } from "./body.ts";
import {
  ApiError,
  errorBody,
  invalidRequest,
  rateLimited,
  serverError,
  unavailable,
  unrecognizedUrl,
} from "./errors.ts";
import { decodeForm } from "./form.ts";
import { assertSameRequest, bindKey, type KeyBinding, KeysInUse } from "./idempotency.ts";
import type { Match } from "./router.ts";

export interface ApiOptions {
  store: Store;
  route: (method: string, path: string) => Match | null;
  secretKey: string;
  simulation: Simulation;
  newWork: (request: Work["request"]) => Work;
  newRequestId: () => string;
  log: Log;
}

/** An answer ready to be sent; null means that the connection is to be cut. */
interface Answer {
  status: number;
  text: string;
  headers: Record<string, string>;
}

/** The API under /v1: outage, authentication, routing, validation, idempotency, execution. */
export function createApi(options: ApiOptions) {
  const { store, simulation, newWork } = options;
  const inUse = new KeysInUse();

  /** Answers a request, or destroys its socket where a fault says so. */
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = options.newRequestId();
    const answer = await answerTo(request, requestId).catch((error: unknown) => failure(error, requestId));
    if (answer === null) {
      request.socket.destroy();
      return;
    }
    const version = request.headers["stripe-version"];
    const key = request.headers["idempotency-key"];
    response.writeHead(answer.status, {
      "Content-Type": "application/json",
      "Request-Id": requestId,
      ...(typeof version === "string" ? { "Stripe-Version": version } : {}),
      ...(typeof key === "string" ? { "Idempotency-Key": key } : {}),
      ...answer.headers,
    });
    response.end(answer.text);
  };

  function failure(error: unknown, requestId: string): Answer {
    if (error instanceof ApiError) return toAnswer(error);
    if (error instanceof Overloaded) return toAnswer(rateLimited());
    options.log("request-failed", { requestId, error: error instanceof Error ? error.stack : String(error) });
    return toAnswer(serverError(true));
  }

  async function answerTo(request: IncomingMessage, requestId: string): Promise<Answer | null> {
    const method = request.method ?? "";
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const outage = simulation.outage.at(newWork(null).nowMs);
    if (outage === "error") throw unavailable();
    if (outage !== null) return outage === "timeout" ? await untilGone(request) : null;
    authenticate(request.headers.authorization, options.secretKey);
    const match = options.route(method, path);
    if (!match) throw unrecognizedUrl(method, path);
    const form = decodeForm(query);
    if (method === "POST") decodeForm(await formBody(request), form);
    const header = request.headers["idempotency-key"];
    const binding = bindKey(typeof header === "string" ? header : undefined, method, path, form);
    if (binding) inUse.enter(binding.key);
    try {
      const stored = binding && store.idempotency.find(binding.key, newWork(null).nowMs);
      if (stored) {
        assertSameRequest(stored, binding);
        const headers = { "Idempotent-Replayed": "true", "Original-Request": stored.requestId };
        return { status: stored.status, text: stored.body, headers };
      }
      const prepared = match.endpoint.prepare(match.id, form);
      if (simulation.latencyMs > 0) await new Promise((done) => setTimeout(done, simulation.latencyMs));
      const fault = simulation.faults.take(method, path);
      if (fault === "error_before") throw serverError(true);
      if (fault === "rate_limit") throw rateLimited();
      if (fault === "timeout") return await untilGone(request);
      const answer =
        method === "GET" ? await read(prepared) : await write(prepared, binding, requestId, fault);
      return fault === "disconnect_after" ? null : answer;
    } finally {
      if (binding) inUse.leave(binding.key);
    }
  }

  async function read(prepared: Prepared): Promise<Answer> {
    const work = newWork(null);
    if (store.anyDue(work.nowMs)) await store.write(() => settleDue(newWork(null)));
    return toAnswer(prepared(work));
  }

  /** Executes once: the change, its events and the answer bound to the key are one commit. */
  function write(prepared: Prepared, binding: KeyBinding | null, requestId: string, fault: string | null) {
    return store.write(() => {
      const work = newWork({ id: requestId, idempotencyKey: binding?.key ?? null });
      settleDue({ ...work, request: null });
      const executed = execute(prepared, work);
      const answer = toAnswer(fault === "error_after" ? serverError(false) : executed);
      if (binding) {
        const { status, text: body } = answer;
        store.idempotency.save({ ...binding, requestId, status, body }, work.nowMs);
      }
      return answer;
    });
  }

  /** An error of the endpoint undoes its changes, but is an answer like any other. */
  function execute(prepared: Prepared, work: Work): Outcome | ApiError {
    try {
      return savepoint(store.db, () => prepared(work));
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }
}

function toAnswer(result: Outcome | ApiError): Answer {
  if (!(result instanceof ApiError)) {
    return { status: result.status, text: JSON.stringify(result.body), headers: {} };
  }
  const { status, detail, shouldRetry } = result;
  const headers: Record<string, string> =
    shouldRetry === null ? {} : { "Stripe-Should-Retry": String(shouldRetry) };
  return { status, text: JSON.stringify(errorBody(detail)), headers };
}

async function formBody(request: IncomingMessage): Promise<string> {
  const body = await readText(request);
  if (body === "" || mediaType(request) === "application/x-www-form-urlencoded") return body;
  throw invalidRequest(
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any " +
      "questions, we can help at https://support.stripe.com/.",
  );
}
