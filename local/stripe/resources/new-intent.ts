import type { IntentRecord } from "../core/records.ts";
import { renderIntent } from "./render-intent.ts";
import { emit, type Work } from "./work.ts";

/** What of an intent comes about only later. */
type Later =
  | "attempt"
  | "amountReceived"
  | "latestCharge"
  | "lastPaymentError"
  | "canceledAt"
  | "cancellationReason"
  | "captureBefore";

/** Stores a PaymentIntent that nobody has tried to pay yet, and announces it. */
export function createIntent(
  work: Work,
  asked: Omit<IntentRecord, Later | "id" | "created" | "clientSecret">,
): IntentRecord {
  const id = work.newId("pi");
  const intent: IntentRecord = {
    ...asked,
    id,
    created: work.nowSeconds,
    clientSecret: work.newId(`${id}_secret`),
    attempt: null,
    amountReceived: 0,
    latestCharge: null,
    lastPaymentError: null,
    canceledAt: null,
    cancellationReason: null,
    captureBefore: null,
  };
  work.store.intents.insert(intent);
  emit(work, "payment_intent.created", renderIntent(intent, work.baseUrl));
  return intent;
}
