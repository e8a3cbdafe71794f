import type { Keyspace } from "../keyspace/keyspace.ts";
import { type Scored, SortedSet } from "../keyspace/values.ts";
import { at, countOf, formatFloat, integer, slice } from "./arguments.ts";
import type { Command, Commands, Reply } from "./command.ts";
import { scoreRange } from "./score-range.ts";
import { zadd } from "./zadd.ts";
import { inOrder, range, withScores } from "./zrange.ts";

const NONE: ReadonlyMap<string, number> = new Map();

const scoresOf = (keyspace: Keyspace, key: string) => keyspace.read(key, SortedSet)?.scores ?? NONE;

const scoreReply = (score: number | undefined): Reply => (score === undefined ? null : formatFloat(score));

const rank = (isReverse: boolean): Command => ({
  takes: [2, 2],
  run(keyspace, args) {
    const index = inOrder(keyspace, at(args, 0), isReverse).findIndex(([member]) => member === at(args, 1));
    return index === -1 ? null : index;
  },
});

function remove(keyspace: Keyspace, key: string, removed: readonly Scored[]): number {
  const set = keyspace.write(key, SortedSet);
  return removed.filter(([member]) => set.delete(member)).length;
}

const pop = (isReverse: boolean): Command => ({
  takes: [1, 2],
  run(keyspace, [key = "", countText = "1"]) {
    const count = countOf(countText);
    const taken = inOrder(keyspace, key, isReverse).slice(0, count);
    remove(keyspace, key, taken);
    return withScores(taken);
  },
});

/** @see https://redis.io/docs/latest/commands/?group=sorted-set */
export const SORTED_SET_COMMANDS: Commands = {
  zadd: { takes: [3], stores: true, run: zadd },
  zincrby: {
    takes: [3, 3],
    stores: true,
    run: (keyspace, args) => zadd(keyspace, [at(args, 0), "INCR", at(args, 1), at(args, 2)]),
  },
  zscore: {
    takes: [2, 2],
    run: (keyspace, args) => scoreReply(scoresOf(keyspace, at(args, 0)).get(at(args, 1))),
  },
  zmscore: {
    takes: [2],
    run: (keyspace, [key = "", ...members]) =>
      members.map((member) => scoreReply(scoresOf(keyspace, key).get(member))),
  },
  zcard: { takes: [1, 1], run: (keyspace, [key = ""]) => scoresOf(keyspace, key).size },
  zcount: {
    takes: [3, 3],
    run(keyspace, args) {
      const isInside = scoreRange(at(args, 1), at(args, 2));
      return inOrder(keyspace, at(args, 0)).filter(([, score]) => isInside(score)).length;
    },
  },
  zrank: rank(false),
  zrevrank: rank(true),
  zrange: { takes: [3], run: (keyspace, args) => range(keyspace, args) },
  zrevrange: { takes: [3, 4], run: (keyspace, args) => range(keyspace, args, ["REV"]) },
  zrangebyscore: { takes: [3], run: (keyspace, args) => range(keyspace, args, ["BYSCORE"]) },
  zrevrangebyscore: { takes: [3], run: (keyspace, args) => range(keyspace, args, ["BYSCORE", "REV"]) },
  zrem: {
    takes: [2],
    run: (keyspace, [key = "", ...members]) =>
      remove(
        keyspace,
        key,
        members.map((member) => [member, 0]),
      ),
  },
  zremrangebyrank: {
    takes: [3, 3],
    run(keyspace, args) {
      const [start, stop] = [integer(at(args, 1)), integer(at(args, 2))];
      return remove(keyspace, at(args, 0), slice(inOrder(keyspace, at(args, 0)), start, stop));
    },
  },
  zremrangebyscore: {
    takes: [3, 3],
    run(keyspace, args) {
      const isInside = scoreRange(at(args, 1), at(args, 2));
      const members = inOrder(keyspace, at(args, 0)).filter(([, score]) => isInside(score));
      return remove(keyspace, at(args, 0), members);
    },
  },
  zpopmin: pop(false),
  zpopmax: pop(true),
};
