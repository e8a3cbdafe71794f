import { createHash } from "node:crypto";
import type { Scope } from "#shared/edge/scopes.ts";
import { expireIfEndless, increment, mget, set } from "#shared/redis/commands.ts";
import type { LossyRedis } from "#shared/redis/lossy.ts";

/** An answer is never older, whatever was lost on the way: a change that could not be told, an outage. */
const TTL_MS = 30_000;

/** A counter outlives by far what was kept under it. */
const COUNTER_TTL_MS = 86_400_000;

/** Characters of the largest answer that is kept: beyond it Redis would take longer than the database. */
const MAX_LENGTH = 500_000;

/**
 * Public answers, kept in Redis for a short while. Without Redis nothing is kept, and all works.
 * Each scope has a counter, and an answer carries the counters as they were before it was made: it counts as long as
 * they stand. So an answer that was made from what a change has just replaced is not taken for a fresh one, even
 * where it is kept after the change was told.
 */
export interface AnswerCache {
  /**
   * The answer kept under `key`, or the one that `make` makes; null is not kept.
   * @param scopes at least one
   */
  through<T extends string | null>(scopes: Scope[], key: string, make: () => Promise<T>): Promise<string | T>;
  /** What was made in these scopes before is stale now. */
  forget(scopes: Scope[]): Promise<void>;
}

export function answerCache(redis: LossyRedis): AnswerCache {
  return {
    async through(scopes, key, make) {
      const name = `events:answer:${digest(key)}`;
      const [kept, ...counters] = await redis.run(mget([name, ...scopes.map(counterOf)]));
      const stamp = counters.map((counter) => counter ?? "0").join(".");
      if (kept?.startsWith(`${stamp} `)) return kept.slice(stamp.length + 1);
      const answer = await make();
      if (answer !== null && answer.length <= MAX_LENGTH)
        await redis.run(set(name, `${stamp} ${answer}`, TTL_MS));
      return answer;
    },
    async forget(scopes) {
      const commands = scopes.flatMap((scope) => [
        increment(counterOf(scope)),
        expireIfEndless(counterOf(scope), COUNTER_TTL_MS),
      ]);
      await redis.runAll(commands);
    },
  };
}

const counterOf = (scope: Scope) => `events:changes:${scope}`;
const digest = (text: string) => createHash("sha256").update(text).digest("base64url");
