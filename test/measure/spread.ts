/** How measured times are spread, in ms. */
export interface Spread {
  min: number;
  median: number;
  p95: number;
  max: number;
}

/** By nearest rank: each figure is one that was measured. Throws when there is none. */
export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const rank = (share: number): number => {
    const time = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    if (time === undefined) throw new Error("nothing was measured");
    return time;
  };
  return { min: rank(0), median: rank(0.5), p95: rank(0.95), max: rank(1) };
}
