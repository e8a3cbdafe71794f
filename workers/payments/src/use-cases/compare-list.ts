import { compareIntent, compareRefund, type Divergence } from "../core/compare.ts";
import type { Payment } from "../core/payment.ts";
import type { Listed } from "../core/provider.ts";
import type { ListName } from "../repositories/reconciliation.ts";
import type { PaymentsDeps } from "./deps.ts";

/** Compares a page of one of Stripe's lists with the payments that it is about. @throws Unavailable */
export async function compareList(
  deps: Pick<PaymentsDeps, "payments">,
  name: ListName,
  items: Listed[],
): Promise<Divergence[]> {
  const known = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
  const payments = await deps.payments.named({
    bookingIds: known(items.map(({ bookingId }) => bookingId)),
    intentIds: known(items.map(({ intentId }) => intentId)),
  });
  const paymentOf = ({ bookingId, intentId }: Listed): Payment | null =>
    payments.find((payment) => payment.bookingId === bookingId) ??
    payments.find((payment) => payment.intentId === intentId) ??
    null;
  const compared = name === "intents" ? compareIntent : compareRefund;
  return items.map((item) => compared(item, paymentOf(item))).filter((each) => each !== null);
}
