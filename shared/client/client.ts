import { type Client, createClient } from "./generated/client/index.ts";

export type { Client };

/** Nothing that the API does takes longer than this. */
const TIMEOUT_MS = 30_000;

interface ClientOptions {
  /** The API's address, without a slash at its end. */
  baseUrl: string;
  /** The caller's access token; without it, a caller who is not signed in. */
  token?: string;
  /** What sends; `fetch` itself if absent. */
  fetch?: typeof fetch;
  timeoutMs?: number;
}

/**
 * A client that the generated calls (`generated/sdk.gen.ts`) take as `client`. Each answers with `data` or `error`, and
 * with `response`. Every call ends within its time; it is aborted then.
 */
export function apiClient({
  baseUrl,
  token,
  fetch: send = fetch,
  timeoutMs = TIMEOUT_MS,
}: ClientOptions): Client {
  return createClient({
    baseUrl,
    ...(token === undefined ? {} : { auth: token }),
    fetch: (request, init) => send(request, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  });
}
