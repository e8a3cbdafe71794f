import { cardOfNumber } from "./test-cards.ts";

/** A card as a buyer types it into a form, checked as Stripe's form checks it before anything is charged. */

/** What was typed, untouched. */
export interface CardEntry {
  number: string;
  /** `MM / YY` or `MM/YYYY`. */
  expiry: string;
  cvc: string;
}

export type CardField = keyof CardEntry;

/** What is wrong with a field, in words for the buyer. */
export type CardProblems = Partial<Record<CardField, string>>;

export type CheckedCard = { card: string } | { problems: CardProblems };

/** Gives the test card's key, or what to mend. `nowMs` is epoch milliseconds. */
export function checkCard(entry: CardEntry, nowMs: number): CheckedCard {
  const number = entry.number.replace(/[\s-]/g, "");
  const key = cardOfNumber(number);
  const problems: CardProblems = {};
  const set = (field: CardField, problem: string | null) => {
    if (problem !== null) problems[field] = problem;
  };
  set("number", numberProblem(number, key));
  set("expiry", expiryProblem(entry.expiry.replace(/\s/g, ""), nowMs));
  set("cvc", cvcProblem(entry.cvc.trim(), /^3[47]/.test(number) ? 4 : 3));
  if (Object.keys(problems).length > 0 || key === null) return { problems };
  return { card: key };
}

function numberProblem(number: string, key: string | null): string | null {
  if (number === "") return "Your card number is incomplete.";
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number)) return "Your card number is invalid.";
  if (key !== null) return null;
  // https://docs.stripe.com/testing: test mode takes no other card.
  return "Your card was declined. This is a test: only Stripe's published test cards can be used here.";
}

function expiryProblem(expiry: string, nowMs: number): string | null {
  const [, month = "", year = ""] = /^(\d{1,2})\/?(\d{2}|\d{4})$/.exec(expiry) ?? [];
  if (month === "") return "Your card's expiration date is incomplete.";
  if (Number(month) < 1 || Number(month) > 12) return "Your card's expiration date is invalid.";
  const full = year.length === 2 ? 2000 + Number(year) : Number(year);
  // A card is good until its month ends.
  const over = Date.UTC(full, Number(month));
  if (over <= nowMs) return "Your card's expiration date is in the past.";
  return full > new Date(nowMs).getUTCFullYear() + 50 ? "Your card's expiration year is invalid." : null;
}

const cvcProblem = (cvc: string, length: number): string | null =>
  /^\d+$/.test(cvc) && cvc.length === length ? null : "Your card's security code is incomplete.";

/** The check digit of a card number, ISO/IEC 7812-1. */
export function passesLuhn(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
