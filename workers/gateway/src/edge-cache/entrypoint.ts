import { WorkerEntrypoint } from "cloudflare:workers";
import type { Scope } from "#shared/edge/scopes.ts";
import type { EdgeCacheRpc } from "#shared/rpc/gateway.ts";
import { cacheApiStore } from "./store.ts";

/** What services tell the gateway. */
export class EdgeCache extends WorkerEntrypoint implements EdgeCacheRpc {
  async forget(scopes: Scope[]): Promise<void> {
    const store = cacheApiStore(caches.default);
    await Promise.all(scopes.map((scope) => store.renew(scope)));
  }
}
