import type { Keyspace } from "../keyspace/keyspace.ts";
import { List } from "../keyspace/values.ts";
import { noSuchKey, RedisError } from "../redis-error.ts";
import { at, countOf, integer, slice } from "./arguments.ts";
import { type Command, type Commands, OK } from "./command.ts";

const elementsOf = (keyspace: Keyspace, key: string): readonly string[] =>
  keyspace.read(key, List)?.elements ?? [];

type Side = "left" | "right";

const push = (side: Side, onlyIfThere = false): Command => ({
  takes: [2],
  stores: true,
  run(keyspace, [key = "", ...added]) {
    if (onlyIfThere && !keyspace.read(key, List)) return 0;
    const list = keyspace.write(key, List);
    // One by one, so that the last one pushed on the left is the first of the list.
    list.replace(side === "left" ? [...added.reverse(), ...list.elements] : [...list.elements, ...added]);
    return list.elements.length;
  },
});

const pop = (side: Side): Command => ({
  takes: [1, 2],
  run(keyspace, [key = "", countText]) {
    const count = countOf(countText ?? "1");
    const elements = elementsOf(keyspace, key);
    if (elements.length === 0) return null;
    const cut = side === "left" ? count : Math.max(elements.length - count, 0);
    const [first, second] = [elements.slice(0, cut), elements.slice(cut)];
    const [taken, left] = side === "left" ? [first, second] : [second.reverse(), first];
    keyspace.write(key, List).replace(left);
    return countText === undefined ? (taken[0] ?? null) : taken;
  },
});

/** Without `count` elements equal to one, from the left, or from the right when it is negative; 0 for all. */
function without(elements: readonly string[], count: number, unwanted: string): string[] {
  let left = count === 0 ? elements.length : Math.abs(count);
  const keep = (element: string) => {
    if (element !== unwanted || left === 0) return true;
    left -= 1;
    return false;
  };
  return count < 0 ? elements.toReversed().filter(keep).reverse() : elements.filter(keep);
}

/** @see https://redis.io/docs/latest/commands/?group=list */
export const LIST_COMMANDS: Commands = {
  lpush: push("left"),
  rpush: push("right"),
  lpushx: push("left", true),
  rpushx: push("right", true),
  lpop: pop("left"),
  rpop: pop("right"),
  llen: { takes: [1, 1], run: (keyspace, [key = ""]) => elementsOf(keyspace, key).length },
  lrange: {
    takes: [3, 3],
    run(keyspace, args) {
      const [start, stop] = [integer(at(args, 1)), integer(at(args, 2))];
      return slice(elementsOf(keyspace, at(args, 0)), start, stop);
    },
  },
  lindex: {
    takes: [2, 2],
    run(keyspace, args) {
      const elements = elementsOf(keyspace, at(args, 0));
      return elements.length === 0 ? null : (elements.at(integer(at(args, 1))) ?? null);
    },
  },
  lset: {
    takes: [3, 3],
    stores: true,
    run(keyspace, args) {
      const elements = [...elementsOf(keyspace, at(args, 0))];
      if (elements.length === 0) throw noSuchKey();
      const index = integer(at(args, 1));
      const position = index < 0 ? elements.length + index : index;
      if (position < 0 || position >= elements.length) throw new RedisError("ERR index out of range");
      elements[position] = at(args, 2);
      keyspace.write(at(args, 0), List).replace(elements);
      return OK;
    },
  },
  lrem: {
    takes: [3, 3],
    run(keyspace, args) {
      const count = integer(at(args, 1));
      const before = elementsOf(keyspace, at(args, 0));
      const left = without(before, count, at(args, 2));
      keyspace.write(at(args, 0), List).replace(left);
      return before.length - left.length;
    },
  },
  ltrim: {
    takes: [3, 3],
    run(keyspace, args) {
      const [start, stop] = [integer(at(args, 1)), integer(at(args, 2))];
      const kept = slice(elementsOf(keyspace, at(args, 0)), start, stop);
      keyspace.write(at(args, 0), List).replace(kept);
      return OK;
    },
  },
};
