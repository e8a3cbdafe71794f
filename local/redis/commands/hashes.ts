import type { Keyspace } from "../keyspace/keyspace.ts";
import { Hash } from "../keyspace/values.ts";
import { RedisError, wrongArity } from "../redis-error.ts";
import { addIntegers, at, bigInteger, pairs } from "./arguments.ts";
import { type Commands, OK } from "./command.ts";

const NONE: ReadonlyMap<string, string> = new Map();

const fieldsOf = (keyspace: Keyspace, key: string) => keyspace.read(key, Hash)?.fields ?? NONE;

/** How many of the fields are new. */
function setFields(keyspace: Keyspace, [key = "", ...rest]: string[], command: string): number {
  if (rest.length % 2 === 1) throw wrongArity(command);
  const hash = keyspace.write(key, Hash);
  return pairs(rest).filter(([field, text]) => hash.set(field, text)).length;
}

function storedInteger(text: string): bigint {
  try {
    return bigInteger(text);
  } catch {
    throw new RedisError("ERR hash value is not an integer");
  }
}

/** @see https://redis.io/docs/latest/commands/?group=hash */
export const HASH_COMMANDS: Commands = {
  hset: { takes: [3], stores: true, run: (keyspace, args) => setFields(keyspace, args, "hset") },
  hmset: {
    takes: [3],
    stores: true,
    run(keyspace, args) {
      setFields(keyspace, args, "hmset");
      return OK;
    },
  },
  hsetnx: {
    takes: [3, 3],
    stores: true,
    run: (keyspace, args) =>
      fieldsOf(keyspace, at(args, 0)).has(at(args, 1)) ? 0 : setFields(keyspace, args, "hsetnx"),
  },
  hget: {
    takes: [2, 2],
    run: (keyspace, [key = "", field = ""]) => fieldsOf(keyspace, key).get(field) ?? null,
  },
  hmget: {
    takes: [2],
    run: (keyspace, [key = "", ...names]) => names.map((name) => fieldsOf(keyspace, key).get(name) ?? null),
  },
  hgetall: { takes: [1, 1], run: (keyspace, [key = ""]) => [...fieldsOf(keyspace, key)].flat() },
  hkeys: { takes: [1, 1], run: (keyspace, [key = ""]) => [...fieldsOf(keyspace, key).keys()] },
  hvals: { takes: [1, 1], run: (keyspace, [key = ""]) => [...fieldsOf(keyspace, key).values()] },
  hlen: { takes: [1, 1], run: (keyspace, [key = ""]) => fieldsOf(keyspace, key).size },
  hexists: {
    takes: [2, 2],
    run: (keyspace, [key = "", field = ""]) => (fieldsOf(keyspace, key).has(field) ? 1 : 0),
  },
  hdel: {
    takes: [2],
    run(keyspace, [key = "", ...names]) {
      const hash = keyspace.write(key, Hash);
      return names.filter((name) => hash.delete(name)).length;
    },
  },
  hincrby: {
    takes: [3, 3],
    stores: true,
    run(keyspace, [key = "", field = "", by = ""]) {
      const increment = bigInteger(by);
      const sum = addIntegers(storedInteger(fieldsOf(keyspace, key).get(field) ?? "0"), increment);
      keyspace.write(key, Hash).set(field, String(sum));
      return sum;
    },
  },
};
