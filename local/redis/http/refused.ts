import type { Words } from "../executor.ts";

/**
 * What would change, block or give away a connection that everybody shares, or the server behind it. A test holds the
 * list to what a real server says of its commands (`real/real-redis.backends.test.ts`).
 */
const REFUSED = new Set(
  `
  ASKING AUTH CLIENT HELLO QUIT READONLY READWRITE RESET SELECT WAIT WAITAOF
  MULTI EXEC DISCARD WATCH UNWATCH
  SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR
  BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP
  ACL BGREWRITEAOF BGSAVE CLUSTER CONFIG DEBUG FAILOVER LASTSAVE LATENCY MIGRATE MODULE PFDEBUG PFSELFTEST PSYNC
  REPLCONF REPLICAOF RESTORE-ASKING ROLE SAVE SHUTDOWN SLAVEOF SLOWLOG SWAPDB SYNC
  `
    .trim()
    .split(/\s+/),
);

/** These wait for what is not there yet when BLOCK is among their options, which come before STREAMS. */
const MAY_BLOCK = new Set(["XREAD", "XREADGROUP"]);

/**
 * Why nobody may do this on a shared connection, in Upstash's words; null where everybody may.
 * @see https://github.com/sidekiq/sidekiq/issues/5641
 */
export function refusalOf([name = "", ...args]: Words): string | null {
  const command = String(name).toUpperCase();
  if (!REFUSED.has(command) && !(MAY_BLOCK.has(command) && blocks(args))) return null;
  return `ERR Command is not available: '${command}'. See https://upstash.com/docs/redis/overall/rediscompatibility for details`;
}

function blocks(args: Words): boolean {
  const options = args.map((word) => String(word).toUpperCase());
  const streams = options.indexOf("STREAMS");
  return options.slice(0, streams < 0 ? options.length : streams).includes("BLOCK");
}
