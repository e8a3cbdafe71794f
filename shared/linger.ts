/** Below this nobody waits for others: waiting would cost each of them time and find nobody to go with. */
const RUSH_PER_SECOND = 20;

/** What a rush is gathered to: by then most of what a call costs is shared. */
const ENOUGH = 16;

/** However fast they come, and however slowly: nobody waits for longer. */
const LONGEST_MS = 200;

/**
 * How long to wait for more before the next call takes what has come, in ms: Kafka's own answer to many small batches, but
 * only in a rush, when each call's own cost is what all others wait for. 0 when there is none.
 * @param rate arrivals a second
 * @param tookMs what the last call took: nobody waits for longer, so that where there is time to spare nobody waits long
 * @param inHand how many there are to take already
 * @see https://kafka.apache.org/documentation/#producerconfigs_linger.ms
 */
export function lingerMs(rate: number, tookMs: number, inHand = 0): number {
  if (rate < RUSH_PER_SECOND || inHand >= ENOUGH) return 0;
  return Math.min(LONGEST_MS, tookMs, Math.ceil(((ENOUGH - inHand) * 1_000) / rate));
}
