import type { Clock } from "#shared/clock.ts";
import type { Scope } from "#shared/edge/scopes.ts";
import { answered, conditional, isForAll, passedOn } from "./answers.ts";
import type { AnswerStore } from "./store.ts";

export interface EdgeDeps {
  store: AnswerStore;
  clock: Clock;
  /** Keeps work alive that the answer does not wait for. */
  later(work: Promise<unknown>): void;
}

/** One request for an answer that may be kept. */
export interface EdgeRequest {
  /** Null: not this one. */
  key: string | null;
  scopes: Scope[];
  keptMs: number;
  method: string;
  headers: Headers;
  /**
   * Asks the service.
   * @param ifNoneMatch the client's condition; null where the whole answer is wanted, to be kept
   */
  ask(ifNoneMatch: string | null): Promise<Response>;
  /** Hears of an answer that the service does not hear of. */
  onHit?(): void;
}

/** A browser's reload, or a caller who has just changed something. */
const WANTS_NEW = /\b(no-cache|no-store|max-age=0)\b/i;

/**
 * The answer that is kept, or else the service's, which is kept for the next one. Misses at the same moment all ask: in
 * workerd a request that waits for another one's work may hang. Where the cache does not answer, it has nothing.
 */
export async function throughEdge(deps: EdgeDeps, request: EdgeRequest): Promise<Response> {
  const { key, keptMs, headers } = request;
  const condition = headers.get("if-none-match");
  if (key === null) return passedOn(await request.ask(condition), "fwd=bypass");
  const isNewWanted = WANTS_NEW.test(headers.get("cache-control") ?? "");
  const [kept, stamps] = await Promise.all([
    isNewWanted ? null : deps.store.read(key).catch(() => null),
    stampsOf(deps, request.scopes),
  ]);
  const now = deps.clock();
  if (kept && kept.stamps === stamps && now - kept.keptAt < keptMs) {
    request.onHit?.();
    const ageMs = now - kept.keptAt;
    const status = `hit; ttl=${Math.floor((keptMs - ageMs) / 1000)}`;
    kept.headers.set("age", String(Math.floor(ageMs / 1000)));
    return conditional(answered(kept, status), condition);
  }
  if (kept?.body instanceof ReadableStream) await kept.body.cancel();
  const reason = isNewWanted ? "fwd=request" : kept ? "fwd=stale" : "fwd=uri-miss";
  // What has no body is of no use to the next one; without stamps nobody could tell later that it is stale.
  if (request.method !== "GET" || stamps === null) return passedOn(await request.ask(condition), reason);
  const answer = await request.ask(null);
  if (!isForAll(answer)) return passedOn(answer, reason);
  const [body, copy] = answer.body?.tee() ?? [null, null];
  const made = { headers: new Headers(answer.headers), keptAt: now, stamps };
  deps.later(deps.store.write(key, { ...made, body: copy }, keptMs).catch(() => undefined));
  return conditional(answered({ headers: answer.headers, body }, `${reason}; stored`), condition);
}

/** What tells later whether an answer is stale; null where the cache does not say. */
async function stampsOf({ store }: EdgeDeps, scopes: Scope[]): Promise<string | null> {
  const reading = Promise.all(scopes.map((scope) => store.stamp(scope)));
  return reading.then((stamps) => stamps.join(".")).catch(() => null);
}
