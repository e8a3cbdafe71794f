import { median, quantile, type Samples } from "./statistics.ts";
import type { Bar } from "./types.ts";

/** What a measure says of a bar before it is measured. */
export type Asked = Pick<Bar, "id" | "name" | "bar">;

/** A ratio that has to be this or more: its lower quartile counts. */
export function atLeast(asked: Asked, bound: number, ratios: Samples, detail = ""): Bar {
  const counts = quantile(ratios, 0.25);
  return { ...asked, value: rounded(counts), met: counts >= bound, detail: withSpread(ratios, detail) };
}

/** A ratio that has to be this or less: its upper quartile counts, which is the lower one of the ratio upside down. */
export function atMost(asked: Asked, bound: number, ratios: Samples, detail = ""): Bar {
  const counts = quantile(ratios, 0.75);
  return { ...asked, value: rounded(counts), met: counts <= bound, detail: withSpread(ratios, detail) };
}

/** A bar that cannot be measured here. */
export function skipped(asked: Asked, why: string): Bar {
  return { ...asked, value: null, met: false, detail: `skipped: ${why}` };
}

/** "1,293/s (1,210 to 1,350)": the median, and the quartiles around it. */
export function spreadOf(samples: Samples, unit: string): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => shown(quantile(samples, share)));
  return `${middle}${unit} (${low} to ${high})`;
}

function withSpread(ratios: Samples, detail: string): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(rounded);
  return `median ${rounded(median(ratios))}, ${least} to ${most}${detail === "" ? "" : `; ${detail}`}`;
}

/** Three digits, as far as they say anything. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** A number for a person: thousands apart, three digits. */
export function shown(value: number): string {
  const digits = rounded(value);
  return Math.abs(digits) >= 1_000 ? Math.round(value).toLocaleString("en") : String(digits);
}
