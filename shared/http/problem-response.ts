import { Problem, RateLimited } from "../errors/problem.ts";

/** A problem as an HTTP answer (RFC 9457). A 429 and a 503 say when to come back. */
export function problemResponse(problem: Problem, requestId: string, path: string): Response {
  return Response.json(problem.toDocument(requestId, path), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      // Whole seconds (RFC 9110, 10.2.3), never too early.
      ...(problem instanceof RateLimited
        ? { "retry-after": String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))) }
        : {}),
      ...(problem.status === 503 ? { "retry-after": "5" } : {}),
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
  });
}

/** The code for an error status that came without one of ours, from a library. */
export function problemForStatus(status: number): Problem {
  if (status === 413) return new Problem("PAYLOAD_TOO_LARGE");
  if (status === 404) return new Problem("NOT_FOUND");
  return status < 500 ? new Problem("MALFORMED_JSON") : new Problem("INTERNAL_ERROR");
}
