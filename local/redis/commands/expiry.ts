import { invalidExpiry, RedisError } from "../redis-error.ts";
import { bigInteger } from "./arguments.ts";

/** The furthest time that JavaScript's numbers count exactly. */
const MAX_TIME_MS = Number.MAX_SAFE_INTEGER;

/** How a command names a time: in seconds or ms, from now or since the epoch. */
const FORMS = {
  EX: { unitMs: 1_000, isRelative: true },
  PX: { unitMs: 1, isRelative: true },
  EXAT: { unitMs: 1_000, isRelative: false },
  PXAT: { unitMs: 1, isRelative: false },
} as const;

export type ExpiryForm = keyof typeof FORMS;

/** The options with which SET and GETEX give a time, each with one argument. */
export const EXPIRY_OPTIONS = { EX: 1, PX: 1, EXAT: 1, PXAT: 1 } as const;
export const EXPIRY_NAMES = Object.keys(EXPIRY_OPTIONS) as ExpiryForm[];

/** Epoch ms of a time that a command names. @throws RedisError when it is out of range */
export function timeOf(form: ExpiryForm, text: string, now: number, command: string): number {
  const { unitMs, isRelative } = FORMS[form];
  const time = Number(bigInteger(text)) * unitMs + (isRelative ? now : 0);
  if (Math.abs(time) > MAX_TIME_MS) throw invalidExpiry(command);
  return time;
}

/** Epoch ms of the time among the options, at most one; undefined when there is none. It has to be above 0. */
export function expiryAmong(
  given: Partial<Record<ExpiryForm, string[]>>,
  now: number,
  command: string,
): number | undefined {
  for (const form of EXPIRY_NAMES) {
    const [text] = given[form] ?? [];
    if (text === undefined) continue;
    if (bigInteger(text) <= 0n) throw invalidExpiry(command);
    return timeOf(form, text, now, command);
  }
  return undefined;
}

/** On which conditions a new time may replace the old one. */
export interface ExpireConditions {
  NX: boolean;
  XX: boolean;
  GT: boolean;
  LT: boolean;
}

/** The conditions that EXPIRE and its like are given. @throws RedisError for others, and those that exclude each other */
export function expireConditions(args: readonly string[]): ExpireConditions {
  const given: ExpireConditions = { NX: false, XX: false, GT: false, LT: false };
  for (const arg of args) {
    const name = arg.toUpperCase();
    if (!Object.hasOwn(given, name)) throw new RedisError(`ERR Unsupported option ${arg}`);
    given[name as keyof ExpireConditions] = true;
  }
  if (given.NX && (given.XX || given.GT || given.LT)) {
    throw new RedisError("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (given.GT && given.LT) {
    throw new RedisError("ERR GT and LT options at the same time are not compatible");
  }
  return given;
}

/** Whether the conditions let a new time replace the old one (null: for ever). */
export function mayReplace(given: ExpireConditions, before: number | null, after: number): boolean {
  const end = before ?? Number.POSITIVE_INFINITY;
  if (given.NX && before !== null) return false;
  if (given.XX && before === null) return false;
  if (given.GT && after <= end) return false;
  return !(given.LT && after >= end);
}
