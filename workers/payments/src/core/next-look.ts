/** In flight, a payment is looked at again after this, should nobody have moved it. */
const LOOK_AFTER_MS = 30_000;

/**
 * When the sweeper looks at a payment in flight next: after a while, and at `payBy`, when an open
 * authorisation has to end.
 * @param now epoch ms
 */
export function nextLook(payBy: Date, now: number): Date {
  const next = now + LOOK_AFTER_MS;
  const end = payBy.getTime();
  return new Date(end > now && end < next ? end : next);
}
