import type { Keyspace } from "../keyspace/keyspace.ts";
import { noSuchKey, notAnInteger, RedisError, syntaxError } from "../redis-error.ts";
import { at, integer, options } from "./arguments.ts";
import { type Command, type Commands, OK, type Reply, Status } from "./command.ts";
import { type ExpiryForm, expireConditions, mayReplace, timeOf } from "./expiry.ts";
import { globPattern } from "./glob.ts";

/** Redis's own default of SCAN's COUNT, and how far a client may go. */
const DEFAULT_SCAN_COUNT = 10;
const MAX_SCAN_COUNT = 10_000;

const countOf = (keys: string[], is: (key: string) => boolean): number => keys.filter(is).length;

const expire = (form: ExpiryForm, name: string): Command => ({
  takes: [2],
  run(keyspace, [key = "", time = "", ...rest]) {
    const given = expireConditions(rest);
    const after = timeOf(form, time, keyspace.now, name);
    const before = keyspace.expiryOf(key);
    if (before === undefined || !mayReplace(given, before, after)) return 0;
    keyspace.expireAt(key, after);
    return 1;
  },
});

/** Answers -2 for no such key and -1 for one that stays for ever. */
const expiry = (read: (expiresAt: number, now: number) => number): Command => ({
  takes: [1, 1],
  run(keyspace, [key = ""]) {
    const expiresAt = keyspace.expiryOf(key);
    if (expiresAt === undefined) return -2;
    return expiresAt === null ? -1 : read(expiresAt, keyspace.now);
  },
});

function scan(keyspace: Keyspace, [cursor = "", ...rest]: string[]): Reply {
  if (!/^\d{1,15}$/.test(cursor)) throw new RedisError("ERR invalid cursor");
  const given = options(rest, { MATCH: 1, COUNT: 1, TYPE: 1 });
  const count = given.COUNT ? integer(at(given.COUNT, 0)) : DEFAULT_SCAN_COUNT;
  if (count < 1) throw syntaxError();
  if (count > MAX_SCAN_COUNT) throw notAnInteger();
  const matches = globPattern(given.MATCH?.[0] ?? "*");
  const type = given.TYPE?.[0]?.toLowerCase();
  const found: string[] = [];
  let looked = 0;
  for (const [key, here] of keyspace.after(Number(cursor))) {
    looked += 1;
    if (matches(key) && (!type || keyspace.typeOf(key) === type)) found.push(key);
    if (looked === count) return [String(here), found];
  }
  return ["0", found];
}

function rename(keyspace: Keyspace, from: string, to: string): void {
  if (!keyspace.rename(from, to)) throw noSuchKey();
}

const flush: Command = {
  takes: [0, 1],
  run(keyspace, args) {
    options(args, { SYNC: 0, ASYNC: 0 });
    keyspace.clear();
    return OK;
  },
};

const remove: Command = {
  takes: [1],
  run: (keyspace, keys) => countOf(keys, (key) => keyspace.delete(key)),
};

const exists: Command = {
  takes: [1],
  run: (keyspace, keys) => countOf(keys, (key) => keyspace.typeOf(key) !== undefined),
};

/** @see https://redis.io/docs/latest/commands/?group=generic */
export const KEY_COMMANDS: Commands = {
  del: remove,
  unlink: remove,
  exists,
  touch: exists,
  expire: expire("EX", "expire"),
  pexpire: expire("PX", "pexpire"),
  expireat: expire("EXAT", "expireat"),
  pexpireat: expire("PXAT", "pexpireat"),
  // Rounded, as Redis does: a key that was just given 10 s has 10 s.
  ttl: expiry((expiresAt, now) => Math.floor((expiresAt - now + 500) / 1_000)),
  pttl: expiry((expiresAt, now) => expiresAt - now),
  expiretime: expiry((expiresAt) => Math.floor((expiresAt + 500) / 1_000)),
  pexpiretime: expiry((expiresAt) => expiresAt),
  persist: {
    takes: [1, 1],
    run(keyspace, [key = ""]) {
      if (typeof keyspace.expiryOf(key) !== "number") return 0;
      keyspace.expireAt(key, null);
      return 1;
    },
  },
  type: { takes: [1, 1], run: (keyspace, [key = ""]) => new Status(keyspace.typeOf(key) ?? "none") },
  rename: {
    takes: [2, 2],
    run(keyspace, args) {
      rename(keyspace, at(args, 0), at(args, 1));
      return OK;
    },
  },
  renamenx: {
    takes: [2, 2],
    run(keyspace, args) {
      if (keyspace.typeOf(at(args, 0)) === undefined) throw noSuchKey();
      if (keyspace.typeOf(at(args, 1)) !== undefined) return 0;
      rename(keyspace, at(args, 0), at(args, 1));
      return 1;
    },
  },
  scan: { takes: [1], run: scan },
  keys: {
    takes: [1, 1],
    run(keyspace, args) {
      const matches = globPattern(at(args, 0));
      return [...keyspace.after(0)].map(([key]) => key).filter(matches);
    },
  },
  dbsize: { takes: [0, 0], run: (keyspace) => [...keyspace.after(0)].length },
  flushdb: flush,
  flushall: flush,
};
