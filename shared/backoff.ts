/** How long the pauses between tries are: the first, and the longest that doubling leads to. In ms. */
export interface Pace {
  firstMs: number;
  longestMs: number;
}

/** Doubled more often than this, every pause is the longest. */
const MAX_DOUBLINGS = 30;

/**
 * The pause before a try is made again: exponential, with a longest one, half of it certain and half drawn, so that
 * those who failed together do not come back together.
 * @param attempt how often it was tried, from 1
 * @param random 0..1
 * @returns whole ms
 */
export function pauseMs({ firstMs, longestMs }: Pace, attempt: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * A number from 0 to 1 for a name, always the same and unlike those of other names: the jitter of what has to come out
 * the same when it is decided again.
 */
export function drawnFrom(name: string): number {
  // FNV-1a, then a mix of its bits: names that differ in their last letter are far apart.
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The pause of a steady beat, up to a fifth shorter or longer: many that beat do not beat together. @param random 0..1 */
export function beatMs(everyMs: number, random: number): number {
  return Math.round(everyMs * (0.8 + 0.4 * random));
}
