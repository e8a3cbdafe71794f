import type { Limit, Taken } from "./core.ts";

/** What the gateway asks of a shard of the limiter. */
export interface RateLimiterRpc {
  /** Takes a token from a bucket. The limit comes with the request: it is the asker's configuration. */
  take(key: string, limit: Limit): Promise<Taken>;
}
