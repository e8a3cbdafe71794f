import type { Redis as UpstashRedis } from "@upstash/redis/cloudflare";

/** The official client's pipeline: methods queue a command each. */
type Pipeline = ReturnType<UpstashRedis["pipeline"]>;

/**
 * One Redis command. `T` is its answer; `missed` is what stands for the answer where Redis may be missing
 * (`lossy.ts`), of a type that tells it from an answer wherever that matters.
 */
export interface Command<T = unknown, M = unknown> {
  queue(pipeline: Pipeline): unknown;
  /** The answer as Redis sent it, in our types. @throws TypeError when it is no answer to this command */
  read(answer: unknown): T;
  missed: M;
}

/** A member of a sorted set with its score. */
export interface Scored {
  member: string;
  score: number;
}

/** The text under a key; null when there is none. */
export const get = (key: string): Command<string | null, null> => ({
  queue: (pipeline) => pipeline.get(key),
  read: textOrNull,
  missed: null,
});

/** The text under each key, in order; null where there is none. At least one key. */
export const mget = (keys: readonly string[]): Command<(string | null)[], null[]> => ({
  queue: (pipeline) => pipeline.mget(...keys),
  read: (answer) => list(answer).map(textOrNull),
  missed: keys.map(() => null),
});

/** Sets a text that Redis forgets after `ttlMs`: nothing of ours stays in Redis for ever. */
export const set = (key: string, value: string, ttlMs: number): Command<void, void> => ({
  queue: (pipeline) => pipeline.set(key, value, { px: ttlMs }),
  read: () => undefined,
  missed: undefined,
});

/** Sets a text unless there is one. True when it was set; null, when missed, for "nobody knows". */
export const setIfAbsent = (key: string, value: string, ttlMs: number): Command<boolean, null> => ({
  queue: (pipeline) => pipeline.set(key, value, { nx: true, px: ttlMs }),
  read: (answer) => answer !== null,
  missed: null,
});

/** Deletes keys, at least one; how many there were. */
export const del = (keys: readonly string[]): Command<number, null> => ({
  queue: (pipeline) => pipeline.del(...keys),
  read: number,
  missed: null,
});

/** Adds one to a counter that begins at 0; the count after it. Follow it with {@link expireIfEndless}. */
export const increment = (key: string): Command<number, null> => ({
  queue: (pipeline) => pipeline.incr(key),
  read: number,
  missed: null,
});

/** Gives a key an end of life if it has none yet, so that what counts up does not stay for ever. */
export const expireIfEndless = (key: string, ttlMs: number): Command<void, void> => ({
  queue: (pipeline) => pipeline.pexpire(key, ttlMs, "NX"),
  read: () => undefined,
  missed: undefined,
});

/** Adds to a member's score in a sorted set; the score after it. */
export const addScore = (key: string, member: string, by: number): Command<number, null> => ({
  queue: (pipeline) => pipeline.zincrby(key, by, member),
  read: number,
  missed: null,
});

/** The `count` members with the highest scores, highest first. */
export const topScores = (key: string, count: number): Command<Scored[], Scored[]> => ({
  queue: (pipeline) => pipeline.zrange(key, 0, count - 1, { rev: true, withScores: true }),
  read: (answer) => {
    const flat = list(answer);
    return Array.from({ length: flat.length / 2 }, (_, i) => ({
      member: String(flat[2 * i]),
      score: number(flat[2 * i + 1]),
    }));
  },
  missed: [],
});

function textOrNull(answer: unknown): string | null {
  if (answer === null || typeof answer === "string") return answer;
  throw new TypeError(`Redis answered a ${typeof answer} where a text was asked for`);
}

function list(answer: unknown): unknown[] {
  if (Array.isArray(answer)) return answer;
  throw new TypeError(`Redis answered a ${typeof answer} where a list was asked for`);
}

/** Scores arrive as text. */
function number(answer: unknown): number {
  const value = typeof answer === "string" ? Number.parseFloat(answer) : answer;
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  throw new TypeError(`Redis answered a ${typeof answer} where a number was asked for`);
}
