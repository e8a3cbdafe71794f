import type { Finding } from "./page.ts";

/** The figures that a run is judged by, each with the checks whose findings it counts. */
const FIGURES: Record<string, readonly string[]> = {
  "oversold seats": ["oversold-seat"],
  "charges without seats": ["charge-without-seats", "confirmed-without-seats"],
  "seats without a charge": ["seats-without-charge"],
  "refunds incomplete": ["refund-incomplete"],
  "mails lost": ["mail-lost"],
  "mails doubled": ["mail-doubled"],
  "dead letters waiting": ["dead-letter-waits"],
};

/** Every figure of these findings: those that are 0, too. */
export function figuresOf(findings: readonly Finding[]): Record<string, number> {
  const count = (checks: readonly string[]) => findings.filter(({ check }) => checks.includes(check)).length;
  return Object.fromEntries(Object.entries(FIGURES).map(([name, checks]) => [name, count(checks)]));
}

/** Adds up what was counted. */
export function sum(...counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) {
    total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
