import type { Keyspace } from "../keyspace/keyspace.ts";
import { type Scored, SortedSet } from "../keyspace/values.ts";
import { RedisError } from "../redis-error.ts";
import { at, formatFloat, integer, options, slice } from "./arguments.ts";
import type { Reply } from "./command.ts";
import { scoreRange } from "./score-range.ts";

/** The members of a sorted set, lowest score first or last. */
export function inOrder(keyspace: Keyspace, key: string, isReverse = false): readonly Scored[] {
  const members = keyspace.read(key, SortedSet)?.inOrder() ?? [];
  return isReverse ? members.toReversed() : members;
}

/** Member, score, member, score. */
export const withScores = (members: readonly Scored[]): Reply =>
  members.flatMap(([member, score]) => [member, formatFloat(score)]);

/**
 * ZRANGE and what it replaces; `implied` are the options that an older command's name stands for.
 * BYLEX is not served.
 */
export function range(keyspace: Keyspace, args: string[], implied: string[] = []): Reply {
  const [key = "", start = "", stop = "", ...rest] = args;
  const given = options([...implied, ...rest], { BYSCORE: 0, REV: 0, LIMIT: 2, WITHSCORES: 0 });
  if (given.LIMIT && !given.BYSCORE) {
    throw new RedisError(
      "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
  }
  const all = inOrder(keyspace, key, given.REV !== undefined);
  const found = given.BYSCORE
    ? limited(byScore(all, start, stop, given.REV !== undefined), given.LIMIT)
    : slice(all, integer(start), integer(stop));
  return given.WITHSCORES ? withScores(found) : found.map(([member]) => member);
}

/** In reverse the first bound is the higher one. */
function byScore(all: readonly Scored[], first: string, second: string, isReverse: boolean): Scored[] {
  const isInside = isReverse ? scoreRange(second, first) : scoreRange(first, second);
  return all.filter(([, score]) => isInside(score));
}

/** A negative offset finds nothing; a negative count takes all. */
function limited(found: Scored[], limit: string[] | undefined): Scored[] {
  if (!limit) return found;
  const offset = integer(at(limit, 0));
  const count = integer(at(limit, 1));
  if (offset < 0) return [];
  return found.slice(offset, count < 0 ? undefined : offset + count);
}
