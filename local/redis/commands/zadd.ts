import type { Keyspace } from "../keyspace/keyspace.ts";
import { SortedSet } from "../keyspace/values.ts";
import { RedisError, syntaxError } from "../redis-error.ts";
import { float, formatFloat, options, pairs } from "./arguments.ts";
import type { Reply } from "./command.ts";

const FLAGS = { NX: 0, XX: 0, GT: 0, LT: 0, CH: 0, INCR: 0 } as const;

type Flags = ReturnType<typeof options<typeof FLAGS>>;

/** ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member …] */
export function zadd(keyspace: Keyspace, [key = "", ...rest]: string[]): Reply {
  const flagCount = rest.findIndex((word) => !Object.hasOwn(FLAGS, word.toUpperCase()));
  const flags = options(rest.slice(0, flagCount === -1 ? rest.length : flagCount), FLAGS);
  const scored = rest.slice(flagCount === -1 ? rest.length : flagCount);
  checkFlags(flags, scored);
  const given = pairs(scored).map(([score, member]) => ({ member, score: float(score) }));

  const set = keyspace.write(key, SortedSet);
  let added = 0;
  let changed = 0;
  let last: Reply = null;
  for (const { member, score } of given) {
    const before = set.scores.get(member);
    const after = flags.INCR ? sum(before ?? 0, score) : score;
    if (!applies(flags, before, after)) continue;
    set.set(member, after);
    if (before === undefined) added += 1;
    else if (before !== after) changed += 1;
    last = formatFloat(after);
  }
  if (flags.INCR) return last;
  return flags.CH ? added + changed : added;
}

function checkFlags(flags: Flags, scored: string[]): void {
  if (scored.length === 0 || scored.length % 2 === 1) throw syntaxError();
  if (flags.NX && flags.XX) {
    throw new RedisError("ERR XX and NX options at the same time are not compatible");
  }
  if ((flags.NX && (flags.GT || flags.LT)) || (flags.GT && flags.LT)) {
    throw new RedisError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (flags.INCR && scored.length > 2) {
    throw new RedisError("ERR INCR option supports a single increment-element pair");
  }
}

/** GT and LT do not keep a new member out. */
function applies(flags: Flags, before: number | undefined, after: number): boolean {
  if (before === undefined) return !flags.XX;
  if (flags.NX) return false;
  return !(flags.GT && after <= before) && !(flags.LT && after >= before);
}

function sum(a: number, b: number): number {
  const result = a + b;
  if (Number.isNaN(result)) throw new RedisError("ERR resulting score is not a number (NaN)");
  return result;
}
