import type { NewId } from "../core/ids.ts";
import type { Store } from "../storage/store.ts";

/** The API version of the installed SDK; what events are rendered in. */
const API_VERSION = "2026-10-28.endive";

/** What an endpoint works with: the store (inside a transaction when it writes), time, ids and who asked. */
export interface Work {
  store: Store;
  nowMs: number;
  nowSeconds: number;
  newId: NewId;
  /** Where this server answers, for the addresses it gives out; no trailing slash. */
  baseUrl: string;
  /** The request that caused it; null where time alone did. */
  request: { id: string; idempotencyKey: string | null } | null;
}

/** Writes an event in the transaction of the change that it tells of. `object` is as the API shows it. */
export function emit(work: Work, type: string, object: object): void {
  const id = work.newId("evt");
  const payload = JSON.stringify({
    id,
    object: "event",
    api_version: API_VERSION,
    created: work.nowSeconds,
    data: { object },
    livemode: false,
    request: { id: work.request?.id ?? null, idempotency_key: work.request?.idempotencyKey ?? null },
    type,
  });
  work.store.events.insert({ id, created: work.nowSeconds, type, payload }, work.nowMs);
}
