import type { Scope } from "../edge/scopes.ts";

/** What services tell the gateway. */
export interface EdgeCacheRpc {
  /** What the gateway keeps of these scopes is stale: in the data centre that is asked, before this is answered. */
  forget(scopes: Scope[]): Promise<void>;
}
