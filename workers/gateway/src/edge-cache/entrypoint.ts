import { WorkerEntrypoint } from "cloudflare:workers";
import { systemClock } from "#shared/clock.ts";
import type { Scope } from "#shared/edge/scopes.ts";
import type { EdgeCacheRpc } from "#shared/rpc/gateway.ts";
import { remembering } from "./memory.ts";
import { cacheApiStore } from "./store.ts";

/** What services tell the gateway. */
export class EdgeCache extends WorkerEntrypoint implements EdgeCacheRpc {
  async forget(scopes: Scope[]): Promise<void> {
    const store = remembering(cacheApiStore(caches.default), systemClock);
    await Promise.all(scopes.map((scope) => store.renew(scope)));
  }
}
