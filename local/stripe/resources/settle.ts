import { expireIntent } from "./intent-steps.ts";
import { settleRefund } from "./refunds.ts";
import { expireSession } from "./session-steps.ts";
import type { Work } from "./work.ts";

/** One sweep's share; the next request or sweep goes on. */
const MAX_PER_SWEEP = 500;

/** Does what time alone brings about: authorisations lapse, sessions expire, refunds settle. Runs in a transaction. */
export function settleDue(work: Work): void {
  if (!work.store.anyDue(work.nowMs)) return;
  for (const intent of work.store.intents.due(work.nowMs, MAX_PER_SWEEP)) expireIntent(work, intent);
  for (const session of work.store.sessions.due(work.nowMs, MAX_PER_SWEEP)) expireSession(work, session);
  for (const refund of work.store.refunds.due(work.nowMs, MAX_PER_SWEEP)) settleRefund(work, refund);
}
