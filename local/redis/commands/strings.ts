import type { Keyspace } from "../keyspace/keyspace.ts";
import { Text } from "../keyspace/values.ts";
import { invalidExpiry, notAFloat, RedisError, wrongArity } from "../redis-error.ts";
import {
  addIntegers,
  at,
  atMostOneOf,
  bigInteger,
  float,
  formatFloat,
  integer,
  options,
  pairs,
  slice,
} from "./arguments.ts";
import { type Commands, OK, type Reply } from "./command.ts";
import { EXPIRY_NAMES, EXPIRY_OPTIONS, expiryAmong, timeOf } from "./expiry.ts";

const textOf = (keyspace: Keyspace, key: string): string | null => keyspace.read(key, Text)?.text ?? null;

function set(keyspace: Keyspace, [key = "", text = "", ...rest]: string[]): Reply {
  const given = options(rest, { ...EXPIRY_OPTIONS, NX: 0, XX: 0, GET: 0, KEEPTTL: 0 });
  atMostOneOf(given, "NX", "XX");
  atMostOneOf(given, "KEEPTTL", ...EXPIRY_NAMES);
  const expiresAt = expiryAmong(given, keyspace.now, "set");
  const before = given.GET ? textOf(keyspace, key) : null;
  const isThere = keyspace.typeOf(key) !== undefined;
  if ((given.NX && isThere) || (given.XX && !isThere)) return before;
  keyspace.put(key, new Text(text), { keepsExpiry: given.KEEPTTL !== undefined });
  if (expiresAt !== undefined) keyspace.expireAt(key, expiresAt);
  return given.GET ? before : OK;
}

function setFor(keyspace: Keyspace, args: string[], form: "EX" | "PX", command: string): Reply {
  const [key = "", time = "", text = ""] = args;
  if (bigInteger(time) <= 0n) throw invalidExpiry(command);
  const expiresAt = timeOf(form, time, keyspace.now, command);
  keyspace.put(key, new Text(text));
  keyspace.expireAt(key, expiresAt);
  return OK;
}

function setMany(keyspace: Keyspace, args: string[], command: string): void {
  if (args.length % 2 === 1) throw wrongArity(command);
  for (const [key, text] of pairs(args)) keyspace.put(key, new Text(text));
}

function add(keyspace: Keyspace, key: string, by: bigint): Reply {
  const sum = addIntegers(bigInteger(textOf(keyspace, key) ?? "0"), by);
  keyspace.put(key, new Text(String(sum)), { keepsExpiry: true });
  return sum;
}

function getAndExpire(keyspace: Keyspace, [key = "", ...rest]: string[]): Reply {
  const given = options(rest, { ...EXPIRY_OPTIONS, PERSIST: 0 });
  atMostOneOf(given, "PERSIST", ...EXPIRY_NAMES);
  const text = textOf(keyspace, key);
  if (text === null) return null;
  const expiresAt = expiryAmong(given, keyspace.now, "getex");
  if (given.PERSIST) keyspace.expireAt(key, null);
  if (expiresAt !== undefined) keyspace.expireAt(key, expiresAt);
  return text;
}

/** @see https://redis.io/docs/latest/commands/?group=string */
export const STRING_COMMANDS: Commands = {
  get: { takes: [1, 1], run: (keyspace, [key = ""]) => textOf(keyspace, key) },
  set: { takes: [2], stores: true, run: set },
  setnx: {
    takes: [2, 2],
    stores: true,
    run(keyspace, [key = "", text = ""]) {
      if (keyspace.typeOf(key) !== undefined) return 0;
      keyspace.put(key, new Text(text));
      return 1;
    },
  },
  setex: { takes: [3, 3], stores: true, run: (keyspace, args) => setFor(keyspace, args, "EX", "setex") },
  psetex: { takes: [3, 3], stores: true, run: (keyspace, args) => setFor(keyspace, args, "PX", "psetex") },
  getset: { takes: [2, 2], stores: true, run: (keyspace, args) => set(keyspace, [...args, "GET"]) },
  getdel: {
    takes: [1, 1],
    run(keyspace, [key = ""]) {
      const text = textOf(keyspace, key);
      keyspace.delete(key);
      return text;
    },
  },
  getex: { takes: [1], run: getAndExpire },
  mget: {
    takes: [1],
    run: (keyspace, keys) =>
      keys.map((key) => (keyspace.typeOf(key) === "string" ? textOf(keyspace, key) : null)),
  },
  mset: {
    takes: [2],
    stores: true,
    run(keyspace, args) {
      setMany(keyspace, args, "mset");
      return OK;
    },
  },
  msetnx: {
    takes: [2],
    stores: true,
    run(keyspace, args) {
      if (pairs(args).some(([key]) => keyspace.typeOf(key) !== undefined)) return 0;
      setMany(keyspace, args, "msetnx");
      return 1;
    },
  },
  incr: { takes: [1, 1], stores: true, run: (keyspace, [key = ""]) => add(keyspace, key, 1n) },
  decr: { takes: [1, 1], stores: true, run: (keyspace, [key = ""]) => add(keyspace, key, -1n) },
  incrby: {
    takes: [2, 2],
    stores: true,
    run: (keyspace, args) => add(keyspace, at(args, 0), bigInteger(at(args, 1))),
  },
  decrby: {
    takes: [2, 2],
    stores: true,
    run: (keyspace, args) => add(keyspace, at(args, 0), -bigInteger(at(args, 1))),
  },
  incrbyfloat: {
    takes: [2, 2],
    stores: true,
    run(keyspace, [key = "", by = ""]) {
      const sum = float(textOf(keyspace, key) ?? "0") + float(by);
      if (Number.isNaN(sum)) throw notAFloat();
      if (!Number.isFinite(sum)) throw new RedisError("ERR increment would produce NaN or Infinity");
      keyspace.put(key, new Text(formatFloat(sum)), { keepsExpiry: true });
      return formatFloat(sum);
    },
  },
  append: {
    takes: [2, 2],
    stores: true,
    run(keyspace, [key = "", text = ""]) {
      const joined = new Text((textOf(keyspace, key) ?? "") + text);
      keyspace.put(key, joined, { keepsExpiry: true });
      return joined.bytes;
    },
  },
  strlen: { takes: [1, 1], run: (keyspace, [key = ""]) => keyspace.read(key, Text)?.bytes ?? 0 },
  getrange: {
    takes: [3, 3],
    run(keyspace, args) {
      const [start, stop] = [integer(at(args, 1)), integer(at(args, 2))];
      const bytes = [...Buffer.from(textOf(keyspace, at(args, 0)) ?? "")];
      // Redis's own: an end before the beginning is the beginning, unless the start lies behind it.
      const isNothing = start < 0 && stop < start;
      return isNothing ? "" : Buffer.from(slice(bytes, start, Math.max(stop, -bytes.length))).toString();
    },
  },
};
