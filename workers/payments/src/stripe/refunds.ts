import type Stripe from "stripe";
import type { PaymentProvider } from "../core/provider.ts";
import type { Refund } from "../core/refund.ts";
import { ask, failureOf, isMissing, isRefusal } from "./ask.ts";

/** One payment has fewer refunds and disputes than this, which is the most that Stripe lists at once. */
const LIMIT = 100;

/** What follows a capture. https://docs.stripe.com/api/refunds and https://docs.stripe.com/api/disputes */
export function stripeRefunds(stripe: Stripe): Pick<PaymentProvider, "refund" | "aftermath"> {
  return {
    async refund({ bookingId, paymentId, intentId, amount, number }, idempotencyKey) {
      const metadata = { bookingId, paymentId, number: String(number) };
      const params = { payment_intent: intentId, amount, metadata };
      try {
        return toRefund(await ask(() => stripe.refunds.create(params, { idempotencyKey })));
      } catch (error) {
        if (isRefusal(error)) return { status: "refused", failure: failureOf(error) };
        throw error;
      }
    },
    async aftermath(intentId) {
      const of = { payment_intent: intentId, limit: LIMIT };
      const [refunds, disputes] = await Promise.all([
        listed(() => stripe.refunds.list(of)),
        listed(() => stripe.disputes.list(of)),
      ]);
      return {
        refunds: refunds.map(toRefund),
        disputes: disputes.map(({ id, amount, currency }) => ({
          ...{ id, amount, currency: currency.toUpperCase() },
        })),
      };
    },
  };
}

/** An intent that Stripe does not know has none. */
async function listed<T>(list: () => Promise<Stripe.ApiList<T>>): Promise<T[]> {
  try {
    return (await ask(list)).data;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function toRefund({ id, amount, status, failure_reason, metadata }: Stripe.Refund): Refund {
  const number = Number(metadata?.number ?? Number.NaN);
  const isFailed = status === "failed" || status === "canceled";
  return {
    ...{ id, amount },
    status: isFailed ? "failed" : status === "succeeded" ? "succeeded" : "pending",
    failure: isFailed ? (failure_reason ?? status) : null,
    number: Number.isSafeInteger(number) ? number : null,
  };
}
