import { isAfterCapture } from "./machine.ts";
import type { Payment } from "./payment.ts";

/** In flight, a payment is looked at again after this, should nobody have moved it. */
const LOOK_AFTER_MS = 30_000;
/** A refund may be under way for days: the looks grow apart up to this. */
const MAX_LOOK_AFTER_MS = 6 * 3_600_000;

/**
 * When the sweeper looks at a payment in flight next: after a while, and at `payBy`, when an open
 * authorisation has to end. After the capture, the longer nothing has changed, the longer it waits.
 * @param now epoch ms
 */
export function nextLook(
  { payBy, state, updatedAt }: Pick<Payment, "payBy" | "state" | "updatedAt">,
  now: number,
) {
  if (isAfterCapture(state)) {
    const unchangedMs = now - updatedAt.getTime();
    return new Date(now + Math.min(MAX_LOOK_AFTER_MS, Math.max(LOOK_AFTER_MS, unchangedMs)));
  }
  const next = now + LOOK_AFTER_MS;
  const end = payBy.getTime();
  return new Date(end > now && end < next ? end : next);
}
