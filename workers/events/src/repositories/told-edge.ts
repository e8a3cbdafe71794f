import type { Logger } from "#shared/observability/log.ts";
import { describeError } from "#shared/observability/log.ts";
import type { EdgeCacheRpc } from "#shared/rpc/gateway.ts";
import { within } from "#shared/within.ts";
import type { AnswerCache } from "./answer-cache.ts";

/** An organiser waits for it; what is not told by then grows stale by itself in seconds. */
const LIMIT_MS = 1_000;

/** A cache of answers whose changes the gateway's edge hears of, too, after the cache itself: it asks here again. */
export function tellingEdge(cache: AnswerCache, edge: EdgeCacheRpc, logger: Logger): AnswerCache {
  return {
    through: cache.through,
    async forget(scopes) {
      await cache.forget(scopes);
      await within(LIMIT_MS, edge.forget(scopes)).catch((error: unknown) =>
        logger.warn("edge not told of a change", { scopes: scopes.join(" "), error: describeError(error) }),
      );
    },
  };
}
