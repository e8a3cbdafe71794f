import type { Keyspace } from "../keyspace/keyspace.ts";
import { Members } from "../keyspace/values.ts";
import { at } from "./arguments.ts";
import type { Command, Commands } from "./command.ts";

const NONE: ReadonlySet<string> = new Set();

const membersOf = (keyspace: Keyspace, key: string) => keyspace.read(key, Members)?.members ?? NONE;

/** The members that stay when each further set has had its say on them. */
const narrow = (staysIf: (isInOther: boolean) => boolean): Command => ({
  takes: [1],
  run(keyspace, keys) {
    const [first = NONE, ...others] = keys.map((key) => membersOf(keyspace, key));
    return [...first].filter((member) => others.every((other) => staysIf(other.has(member))));
  },
});

/** @see https://redis.io/docs/latest/commands/?group=set */
export const SET_COMMANDS: Commands = {
  sadd: {
    takes: [2],
    stores: true,
    run(keyspace, [key = "", ...added]) {
      const set = keyspace.write(key, Members);
      return added.filter((member) => set.add(member)).length;
    },
  },
  srem: {
    takes: [2],
    run(keyspace, [key = "", ...removed]) {
      const set = keyspace.write(key, Members);
      return removed.filter((member) => set.delete(member)).length;
    },
  },
  scard: { takes: [1, 1], run: (keyspace, [key = ""]) => membersOf(keyspace, key).size },
  smembers: { takes: [1, 1], run: (keyspace, [key = ""]) => [...membersOf(keyspace, key)] },
  sismember: {
    takes: [2, 2],
    run: (keyspace, args) => (membersOf(keyspace, at(args, 0)).has(at(args, 1)) ? 1 : 0),
  },
  smismember: {
    takes: [2],
    run: (keyspace, [key = "", ...asked]) =>
      asked.map((member) => (membersOf(keyspace, key).has(member) ? 1 : 0)),
  },
  sinter: narrow((isInOther) => isInOther),
  sdiff: narrow((isInOther) => !isInOther),
  sunion: {
    takes: [1],
    run: (keyspace, keys) => [...new Set(keys.flatMap((key) => [...membersOf(keyspace, key)]))],
  },
};
