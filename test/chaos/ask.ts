/** One answer to a request, or none, as a buyer's program has to take it. */
export type Answer<T> =
  | { kind: "done"; data: T }
  /** 503, or 429: not now, and when to come again. */
  | { kind: "later"; what: string; afterMs: number }
  /** Another 5xx, which says nothing of when to come again. */
  | { kind: "broken"; what: string }
  /** 4xx: asking again would change nothing. */
  | { kind: "refused"; what: string; code: string }
  /** The connection was refused or cut, or nothing came in time: nobody knows whether it was done. */
  | { kind: "lost" };

/** What a generated call resolves to. */
interface Outcome<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** Makes a call of the API and sorts what came of it. */
export async function ask<T>(call: () => Promise<Outcome<T>>): Promise<Answer<T>> {
  const { data, error, response } = await call().catch((): Outcome<T> => ({}));
  // A body that was cut off is no answer either.
  if (!response || (response.ok && data === undefined)) return { kind: "lost" };
  if (response.ok) return { kind: "done", data: data as T };
  const { status, headers } = response;
  const code = (error as { code?: string } | undefined)?.code ?? "without a code";
  const what = `${status} ${code}`;
  const retryAfter = Number(headers.get("retry-after") ?? Number.NaN);
  if (retryAfter >= 0) return { kind: "later", what, afterMs: retryAfter * 1_000 };
  return status >= 500 ? { kind: "broken", what } : { kind: "refused", what, code };
}
