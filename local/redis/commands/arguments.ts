import { notAFloat, notAnInteger, RedisError, syntaxError } from "../redis-error.ts";

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/** An argument that the arity check has seen to. */
export function at(args: readonly string[], index: number): string {
  const text = args[index];
  if (text === undefined) throw syntaxError();
  return text;
}

/** A whole number as Redis writes them, of 64 bits. */
export function bigInteger(text: string): bigint {
  if (!/^-?(0|[1-9]\d{0,18})$/.test(text) || text === "-0") throw notAnInteger();
  const value = BigInt(text);
  if (value < MIN_INTEGER || value > MAX_INTEGER) throw notAnInteger();
  return value;
}

/** A whole number that fits where JavaScript counts: indexes, counts, times. */
export function integer(text: string): number {
  const value = Number(bigInteger(text));
  if (!Number.isSafeInteger(value)) throw notAnInteger();
  return value;
}

/** The sum, as long as it has 64 bits. */
export function addIntegers(a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (sum < MIN_INTEGER || sum > MAX_INTEGER) {
    throw new RedisError("ERR increment or decrement would overflow");
  }
  return sum;
}

const FLOAT = /^([+-]?)(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|0x[\da-f]+|inf(?:inity)?)$/i;

/** A number, as C's `strtod` reads it; hexadecimal integers and infinities too. NaN where it is none. */
export function looseFloat(text: string): number {
  const [, sign, digits = ""] = FLOAT.exec(text) ?? [];
  const value = Number(digits.replace(/^inf.*/i, "Infinity") || "none");
  return sign === "-" ? -value : value;
}

/** The same where it has to be one that a double can hold. */
export function float(text: string): number {
  const value = looseFloat(text);
  const isTooLarge = !Number.isFinite(value) && !/inf/i.test(text);
  const isTooSmall = value === 0 && /^[+-]?[\d.]*[1-9]/.test(text);
  if (Number.isNaN(value) || isTooLarge || isTooSmall) throw notAFloat();
  return value;
}

/** How many to take, from 0. */
export function countOf(text: string): number {
  try {
    const count = integer(text);
    if (count >= 0) return count;
  } catch {}
  throw new RedisError("ERR value is out of range, must be positive");
}

/** A number as Redis writes it. */
export const formatFloat = (value: number): string =>
  Number.isFinite(value) ? String(value === 0 ? 0 : value) : value > 0 ? "inf" : "-inf";

/** Arguments two by two. */
export function pairs(args: readonly string[]): [string, string][] {
  return Array.from({ length: args.length / 2 }, (_, i) => [at(args, 2 * i), at(args, 2 * i + 1)]);
}

/**
 * Options in any letter case, in any order, each with so many arguments of its own; of one that is repeated, the last.
 * @throws RedisError for others
 */
export function options<const Known extends Record<string, number>>(
  args: readonly string[],
  known: Known,
): { [Name in keyof Known]?: string[] } {
  const found: Record<string, string[]> = {};
  for (let i = 0; i < args.length; ) {
    const name = at(args, i).toUpperCase();
    const count = Object.hasOwn(known, name) ? known[name] : undefined;
    if (count === undefined || i + count >= args.length) throw syntaxError();
    found[name] = args.slice(i + 1, i + 1 + count);
    i += 1 + count;
  }
  return found as { [Name in keyof Known]?: string[] };
}

/** Refuses options that exclude each other. */
export function atMostOneOf(given: Record<string, unknown>, ...names: string[]): void {
  if (names.filter((name) => given[name]).length > 1) throw syntaxError();
}

/** The elements between two positions, both included; negative ones count from the end. */
export function slice<T>(list: readonly T[], start: number, stop: number): T[] {
  const from = Math.max(start < 0 ? list.length + start : start, 0);
  const to = stop < 0 ? list.length + stop : stop;
  return from > to ? [] : list.slice(from, to + 1);
}
