import type Stripe from "stripe";
import type { Intent } from "../core/payment.ts";
import type { PaymentProvider } from "../core/provider.ts";
import { isUntried } from "../core/settle.ts";
import { ask, failureOf, isMissing, isRefusal } from "./ask.ts";

type Intents = Pick<PaymentProvider, "createIntent" | "confirm" | "capture" | "cancel" | "retrieve">;

/** Payments with a card that the buyer named here. https://docs.stripe.com/api/payment_intents */
export function stripeIntents(stripe: Stripe): Intents {
  const intents = stripe.paymentIntents;

  const retrieve = async (intentId: string): Promise<Intent> => {
    try {
      return toIntent(await ask(() => intents.retrieve(intentId)));
    } catch (error) {
      if (isMissing(error)) return gone(intentId);
      throw error;
    }
  };
  /** Stripe says no because of the intent's state: what counts is the state. */
  const asItIs = async (intentId: string, error: unknown): Promise<Intent> => {
    if (isRefusal(error)) return retrieve(intentId);
    throw error;
  };

  return {
    async createIntent({ bookingId, paymentId, amount, currency }, idempotencyKey) {
      const params = {
        amount,
        currency: currency.toLowerCase(),
        capture_method: "manual",
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
        metadata: { bookingId, paymentId },
      } as const;
      try {
        return toIntent(await ask(() => intents.create(params, { idempotencyKey })));
      } catch (error) {
        if (isRefusal(error)) return { status: "refused", failure: failureOf(error) };
        throw error;
      }
    },
    async confirm(intentId, paymentMethodToken, idempotencyKey) {
      try {
        const confirmed = intents.confirm.bind(intents, intentId, { payment_method: paymentMethodToken });
        return toIntent(await ask(() => confirmed({ idempotencyKey })));
      } catch (error) {
        const intent = await asItIs(intentId, error);
        // Not the state stood in the way, but the card.
        return isUntried(intent) && isRefusal(error) ? { ...intent, failure: failureOf(error) } : intent;
      }
    },
    async capture(intentId, amount, idempotencyKey) {
      try {
        const captured = () => intents.capture(intentId, { amount_to_capture: amount }, { idempotencyKey });
        return toIntent(await ask(captured));
      } catch (error) {
        return asItIs(intentId, error);
      }
    },
    async cancel(intentId, idempotencyKey) {
      try {
        return toIntent(await ask(() => intents.cancel(intentId, {}, { idempotencyKey })));
      } catch (error) {
        return asItIs(intentId, error);
      }
    },
    retrieve,
  };
}

export function toIntent(intent: Stripe.PaymentIntent): Intent {
  return {
    id: intent.id,
    status: intent.status as Intent["status"],
    clientSecret: intent.client_secret,
    amountReceived: intent.amount_received,
    failure: intent.last_payment_error ? failureOf(intent.last_payment_error) : null,
  };
}

/** What Stripe does not know holds no money. */
export function gone(id: string | null): Intent {
  return { id, status: "canceled", clientSecret: null, amountReceived: 0, failure: null };
}
