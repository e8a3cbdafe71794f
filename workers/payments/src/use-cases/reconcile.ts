import { Unavailable } from "#shared/errors/problem.ts";
import { describeError } from "#shared/observability/log.ts";
import type { Divergence } from "../core/compare.ts";
import { KeySpent } from "../core/provider.ts";
import type { Cursor, ListName } from "../repositories/reconciliation.ts";
import { compareList } from "./compare-list.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";

/** Stripe's lists are read in slices of this length, each once it has ended: a page of one slice at a time. */
const WINDOW_MS = 10 * 60_000;
/**
 * How old a slice is when it is read. By then an intent's payment is decided, also with the longest seat lock (an hour);
 * a refund has been told by its webhook.
 */
const AGE_MS: Record<ListName, number> = { intents: 75 * 60_000, refunds: 10 * 60_000 };
/** After a longer pause than this the reading starts anew: what is older is the auditor's. */
const MAX_BEHIND_MS = 7 * 86_400_000;

/** Finds where Stripe and our records differ, a page of each list a call, and mends what is safe to mend. */
export async function reconcile(deps: PaymentsDeps): Promise<void> {
  await reconcileList(deps, "intents");
  await reconcileList(deps, "refunds");
}

async function reconcileList(deps: PaymentsDeps, name: ListName): Promise<void> {
  const now = deps.clock();
  const found = await deps.reconciliation.find(name);
  const end = now - AGE_MS[name];
  const isStale = found === null || found.to < end - MAX_BEHIND_MS;
  const cursor: Cursor = isStale
    ? { _id: name, from: end - WINDOW_MS, to: end, after: null, rev: found?.rev ?? 0 }
    : found;
  // It has not ended yet, or not for long enough.
  if (cursor.to > end) return;
  const page = await deps.provider.list(name, cursor, cursor.after);
  for (const divergence of await compareList(deps, name, page.items)) await tryMend(deps, divergence);
  const onward =
    page.next === null ? { from: cursor.to, to: cursor.to + WINDOW_MS, after: null } : { after: page.next };
  // Somebody faster has read the same: it was mended twice, which does no harm.
  await deps.reconciliation.write({ ...cursor, ...onward, rev: cursor.rev + 1 });
}

/** What cannot be mended is the auditor's to find again; it must not stand in the way of what is behind it. */
async function tryMend(deps: PaymentsDeps, divergence: Divergence): Promise<void> {
  try {
    await mend(deps, divergence);
  } catch (error) {
    if (error instanceof Unavailable && !(error instanceof KeySpent)) throw error;
    deps.logger.error("not mended: a person is needed", { ...divergence, error: describeError(error) });
  }
}

async function mend(deps: PaymentsDeps, divergence: Divergence): Promise<void> {
  const { bookingId, objectId } = divergence;
  deps.logger[divergence.mend === "person" ? "error" : "warn"]("stripe and our records differ", {
    ...divergence,
  });
  if (divergence.mend === "cancel")
    await deps.provider.cancel(objectId, `${bookingId}:reconcile:${objectId}`);
  if (divergence.mend !== "look") return;
  const report = { id: `reconcile:${objectId}`, about: "aftermath" } as const;
  const payment = await deps.payments.takeWebhook({ bookingId }, report, new Date(deps.clock()));
  if (payment) await drive(deps, payment);
}
