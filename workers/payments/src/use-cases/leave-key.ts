import type { Payment } from "../core/payment.ts";
import { KeySpent } from "../core/provider.ts";
import type { PaymentsDeps } from "./deps.ts";

/** Where Stripe will repeat a failure to whoever asks with a payment's key, the next try takes another. */
export async function leaveKey(deps: PaymentsDeps, payment: Payment, error: unknown): Promise<void> {
  if (error instanceof KeySpent) await deps.payments.write(payment, { keyNumber: payment.keyNumber + 1 }, []);
}
