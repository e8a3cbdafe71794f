import type { KeptAnswer } from "./store.ts";

/** Who says in `Cache-Status` what was done (RFC 9211). */
const CACHE = "ticketflow-edge";

/** What everybody may see, in full. */
export function isForAll({ status, headers }: Response): boolean {
  const control = headers.get("cache-control") ?? "";
  const isPublic = /\bpublic\b/i.test(control) && !/\b(private|no-store)\b/i.test(control);
  return status === 200 && isPublic && !headers.has("set-cookie");
}

/** An answer out of its parts. What was compressed goes out as it is. */
export function answered(
  { headers, body }: Pick<KeptAnswer, "headers" | "body">,
  cacheStatus: string,
): Response {
  const encodeBody = headers.has("content-encoding") ? "manual" : "automatic";
  const answer = new Response(body, { headers, encodeBody });
  answer.headers.set("cache-status", `${CACHE}; ${cacheStatus}`);
  return answer;
}

/** A service's own answer, whatever it is. */
export function passedOn(answer: Response, cacheStatus: string): Response {
  const passed = new Response(answer.body, answer);
  passed.headers.set("cache-status", `${CACHE}; ${cacheStatus}`);
  return passed;
}

/** Without its body, where the client has it already. ETags are compared weakly (RFC 9110, 13.1.2). */
export function conditional(answer: Response, ifNoneMatch: string | null): Response {
  const etag = answer.headers.get("etag");
  if (!ifNoneMatch || !etag) return answer;
  const known = ifNoneMatch.split(",").map((one) => one.trim());
  if (!known.some((one) => one === "*" || opaque(one) === opaque(etag))) return answer;
  void answer.body?.cancel();
  const headers = new Headers(answer.headers);
  for (const name of ["content-type", "content-length", "content-encoding"]) headers.delete(name);
  return new Response(null, { status: 304, headers });
}

/** An ETag without the mark that it is weak. */
export const opaque = (etag: string): string => etag.replace(/^W\//, "");
