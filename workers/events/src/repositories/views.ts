import type { Clock } from "#shared/clock.ts";
import { addScore, expireIfEndless, topScores } from "#shared/redis/commands.ts";
import type { LossyRedis } from "#shared/redis/lossy.ts";

const HOUR_MS = 3_600_000;
/** Hours that count. Each has a sorted set of its own, so that a view is forgotten with its hour. */
const HOURS = 24;
/** After so many hours a view counts half. */
const HALF_LIFE_HOURS = 6;
/** Events read from each hour. */
const TOP = 100;

/** Views are handed on at most so often by each isolate. */
const FLUSH_MS = 1_000;
/** Events of which an isolate counts the views until then: two commands each, in one call of at most 100. */
const MAX_COUNTED = 49;

/** How often the pages of events are looked at: roughly, and lost without harm. */
export interface Views {
  /** Counts a view, or several; now and then hands on what was counted. Never fails. */
  count(eventId: string, times?: number): Promise<void>;
  /** Ids of the events that were looked at most in the last day, the first most; none without Redis. */
  top(): Promise<string[]>;
}

/** What an isolate has counted and not handed on yet; the last views before a silence wait for the next one. */
export interface Tally {
  views: Map<string, number>;
  flushedAt: number;
}

const ofIsolate: Tally = { views: new Map(), flushedAt: 0 };

export function redisViews(redis: LossyRedis, clock: Clock, tally = ofIsolate): Views {
  return {
    async count(eventId, times = 1) {
      const { views } = tally;
      if (views.has(eventId) || views.size < MAX_COUNTED)
        views.set(eventId, (views.get(eventId) ?? 0) + times);
      const now = clock();
      if (now - tally.flushedAt < FLUSH_MS) return;
      tally.flushedAt = now;
      tally.views = new Map();
      const key = keyOf(now / HOUR_MS);
      const adding = [...views].map(([id, count]) => addScore(key, id, count));
      await redis.runAll([...adding, expireIfEndless(key, (HOURS + 1) * HOUR_MS)]);
    },
    async top() {
      const now = clock();
      const ages = Array.from({ length: HOURS }, (_, age) => age);
      const hours = await redis.runAll(ages.map((age) => topScores(keyOf(now / HOUR_MS - age), TOP)));
      const scores = new Map<string, number>();
      for (const [age, members] of hours.entries()) {
        const weight = 0.5 ** (age / HALF_LIFE_HOURS);
        for (const { member, score } of members)
          scores.set(member, (scores.get(member) ?? 0) + score * weight);
      }
      const byScore = [...scores].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
      return byScore.map(([id]) => id);
    },
  };
}

const keyOf = (hour: number) => `events:views:${Math.floor(hour)}`;
