import type Stripe from "stripe";
import type { Listed, PaymentProvider } from "../core/provider.ts";
import { ask } from "./ask.ts";

/** The most that Stripe lists at once. */
const PAGE = 100;

/** Stripe's own lists, for a comparison with ours. */
export function stripeLists(stripe: Stripe): Pick<PaymentProvider, "list"> {
  return {
    async list(kind, { from, to }, after) {
      const params = {
        created: { gte: Math.floor(from / 1000), lt: Math.floor(to / 1000) },
        ...(after === null ? {} : { starting_after: after }),
        limit: PAGE,
      };
      const page =
        kind === "intents"
          ? await ask(() => stripe.paymentIntents.list(params))
          : await ask(() => stripe.refunds.list(params));
      const items = page.data.map(listed);
      return { items, next: page.has_more ? (items.at(-1)?.id ?? null) : null };
    },
  };
}

function listed(object: Stripe.PaymentIntent | Stripe.Refund): Listed {
  const { id, metadata, status } = object;
  const intent = object.object === "refund" ? object.payment_intent : id;
  return {
    ...{ id, status: status ?? "pending" },
    bookingId: metadata?.bookingId ?? null,
    intentId: typeof intent === "string" ? intent : (intent?.id ?? null),
  };
}
