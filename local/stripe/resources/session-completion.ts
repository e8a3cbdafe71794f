import type { IntentRecord } from "../core/records.ts";
import { renderSession } from "./render-session.ts";
import { emit, type Work } from "./work.ts";

/**
 * Completes the session of an intent that is paid or authorised, and announces it. A decline completes nothing:
 * the buyer may try again until the session expires.
 */
export function completeSessionOf(work: Work, intent: IntentRecord): void {
  const session = intent.checkoutSession ? work.store.sessions.find(intent.checkoutSession) : null;
  if (session?.status !== "open") return;
  if (intent.status !== "requires_capture" && intent.status !== "succeeded") return;
  const complete = { ...session, status: "complete" as const };
  work.store.sessions.update(complete);
  emit(work, "checkout.session.completed", renderSession(work, complete));
}
