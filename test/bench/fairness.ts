import { type Contender, NAMES } from "./contenders.ts";
import type { JobResult } from "./load/job.ts";
import { median, ratios } from "./statistics.ts";

/** Of each contender that ran: one result a repetition. */
export type Results = Partial<Record<Contender, JobResult[]>>;

export const rates = (results: JobResult[] = []): number[] =>
  results.map(({ locksPerSecond }) => locksPerSecond);

/** Of the notes: what each peer reached there for each no-op call. Less than 80 % of it is a peer that was built unfairly. */
const NOTED_RATIOS = { p1: 424 / 947, p1p: 1_096 / 947, p2: 684 / 947, p3: 3_165 / 947 } as const;
const FAIR_SHARE = 0.8;

/** @returns which peers fall below their share of what the notes have, in words */
export function judgeFairness(
  results: Results,
  noted: Partial<Record<Contender, number>> = NOTED_RATIOS,
): string[] {
  return Object.entries(noted).flatMap(([peer, ratio]) => {
    const theirs = results[peer as Contender];
    if (!theirs) return [];
    const found = median(ratios(rates(theirs), rates(results["no-op"])));
    if (found >= FAIR_SHARE * ratio) return [];
    return `built unfairly: ${NAMES[peer as Contender]} makes ${found.toFixed(2)} locks for each no-op call; the notes have ${ratio.toFixed(2)}`;
  });
}
