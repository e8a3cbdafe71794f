import type { Keyspace } from "../keyspace/keyspace.ts";
import { type Scored, SortedSet } from "../keyspace/values.ts";
import { RedisError } from "../redis-error.ts";
import { formatFloat, integer, options, slice } from "./arguments.ts";
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
  const limit = given.LIMIT?.map(integer);
  // A count of -1 is Redis's own sign for no limit.
  if (limit && limit[1] !== -1 && !given.BYSCORE) {
    throw new RedisError(
      "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
  }
  const isReverse = given.REV !== undefined;
  // Bounds are read before the set is: what is wrong with them shows even where it is none.
  const choose = given.BYSCORE ? byScore(start, stop, isReverse) : byIndex(start, stop);
  const found = limited(choose(inOrder(keyspace, key, isReverse)), given.BYSCORE && limit);
  return given.WITHSCORES ? withScores(found) : found.map(([member]) => member);
}

type Choose = (all: readonly Scored[]) => Scored[];

/** In reverse the first bound is the higher one. */
function byScore(first: string, second: string, isReverse: boolean): Choose {
  const isInside = isReverse ? scoreRange(second, first) : scoreRange(first, second);
  return (all) => all.filter(([, score]) => isInside(score));
}

function byIndex(first: string, last: string): Choose {
  const [start, stop] = [integer(first), integer(last)];
  return (all) => slice(all, start, stop);
}

/** A negative offset finds nothing; a negative count takes all. */
function limited(found: Scored[], limit: number[] | undefined): Scored[] {
  if (!limit) return found;
  const [offset = 0, count = 0] = limit;
  if (offset < 0) return [];
  return found.slice(offset, count < 0 ? undefined : offset + count);
}
