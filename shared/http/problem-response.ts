import { Problem } from "../errors/problem.ts";

/** A problem as an HTTP answer (RFC 9457). A 503 says when to come back. */
export function problemResponse(problem: Problem, requestId: string, path: string): Response {
  return Response.json(problem.toDocument(requestId, path), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
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
