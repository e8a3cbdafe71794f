import type { Scope } from "#shared/edge/scopes.ts";

/** An answer as it was kept. */
export interface KeptAnswer {
  headers: Headers;
  body: ReadableStream | Uint8Array<ArrayBuffer> | null;
  /** Epoch ms. */
  keptAt: number;
  /** The stamps of its scopes, as they were before it was made. */
  stamps: string;
}

/**
 * Public answers, and a stamp for each scope. An answer counts as long as its scopes have the stamps that it was kept
 * with. So a change need not know which answers show it, and one that was made from what the change has just replaced
 * is stale even where it is kept after it.
 */
export interface AnswerStore {
  read(key: string): Promise<KeptAnswer | null>;
  /** @param keptMs for how long at most */
  write(key: string, answer: KeptAnswer, keptMs: number): Promise<void>;
  /** "" where there is none. */
  stamp(scope: Scope): Promise<string>;
  renew(scope: Scope): Promise<void>;
}

/** A name of its own, under which no page of the platform is: nothing but this file reads or writes it. */
const ORIGIN = "https://edge.ticketflow.invalid";

/** A stamp outlives what was kept with the one before it. */
const STAMP_SECONDS = 3_600;

const KEPT_AT = "x-edge-kept-at";
const STAMPS = "x-edge-stamps";
const CACHE_CONTROL = "x-edge-cache-control";
const ENCODING = "x-edge-encoding";

/** The headers of an answer that are kept. No other one is: not a cookie, not a request's id. */
const KEPT_HEADERS = ["content-type", "etag", "vary"];

/** Cloudflare's Cache API: it lives in the data centre, as long as there is room. */
export function cacheApiStore(cache: Pick<Cache, "match" | "put">): AnswerStore {
  return {
    async read(key) {
      const found = await cache.match(`${ORIGIN}/answer/${key}`);
      if (!found) return null;
      const headers = new Headers();
      for (const name of KEPT_HEADERS) copy(found.headers, name, headers, name);
      copy(found.headers, CACHE_CONTROL, headers, "cache-control");
      copy(found.headers, ENCODING, headers, "content-encoding");
      const keptAt = Number(found.headers.get(KEPT_AT));
      return { headers, body: found.body, keptAt, stamps: found.headers.get(STAMPS) ?? "" };
    },
    async write(key, { headers: given, body, keptAt, stamps }, keptMs) {
      const headers = new Headers({
        "cache-control": `public, s-maxage=${Math.ceil(keptMs / 1000)}`,
        [KEPT_AT]: String(keptAt),
        [STAMPS]: stamps,
      });
      for (const name of KEPT_HEADERS) copy(given, name, headers, name);
      copy(given, "cache-control", headers, CACHE_CONTROL);
      // The runtime would take a `content-encoding` for its own to undo and to do again.
      copy(given, "content-encoding", headers, ENCODING);
      await cache.put(`${ORIGIN}/answer/${key}`, new Response(body, { headers }));
    },
    async stamp(scope) {
      const found = await cache.match(stampAddress(scope));
      return found ? found.text() : "";
    },
    async renew(scope) {
      const headers = { "cache-control": `public, s-maxage=${STAMP_SECONDS}` };
      await cache.put(stampAddress(scope), new Response(crypto.randomUUID(), { headers }));
    },
  };
}

const stampAddress = (scope: Scope): string => `${ORIGIN}/stamp/${encodeURIComponent(scope)}`;

function copy(from: Headers, name: string, to: Headers, as: string): void {
  const value = from.get(name);
  if (value !== null) to.set(as, value);
}
