import { invalidExpiry, syntaxError } from "../redis-error.ts";
import { atMostOneOf, bigInteger } from "./arguments.ts";

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

/** Epoch ms of a time that a command names. @throws RedisError when it is out of range */
export function timeOf(form: ExpiryForm, text: string, now: number, command: string): number {
  const { unitMs, isRelative } = FORMS[form];
  const time = Number(bigInteger(text)) * unitMs + (isRelative ? now : 0);
  if (Math.abs(time) > MAX_TIME_MS) throw invalidExpiry(command);
  return time;
}

/** Epoch ms of the one time among the options; undefined when there is none. It has to be above 0. */
export function expiryAmong(
  given: Partial<Record<ExpiryForm, string[]>>,
  now: number,
  command: string,
): number | undefined {
  atMostOneOf(given, "EX", "PX", "EXAT", "PXAT");
  for (const form of Object.keys(FORMS) as ExpiryForm[]) {
    const [text] = given[form] ?? [];
    if (text === undefined) continue;
    if (bigInteger(text) <= 0n) throw invalidExpiry(command);
    return timeOf(form, text, now, command);
  }
  return undefined;
}

/** Whether EXPIRE's condition lets a new time replace the old one (null: for ever). */
export function mayReplace(
  given: { NX?: string[]; XX?: string[]; GT?: string[]; LT?: string[] },
  before: number | null,
  after: number,
): boolean {
  if (given.NX && (given.XX || given.GT || given.LT)) throw syntaxError();
  atMostOneOf(given, "GT", "LT");
  const end = before ?? Number.POSITIVE_INFINITY;
  if (given.NX && before !== null) return false;
  if (given.XX && before === null) return false;
  if (given.GT && after <= end) return false;
  return !(given.LT && after >= end);
}
