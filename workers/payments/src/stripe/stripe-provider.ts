import Stripe from "stripe";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Intent } from "../core/payment.ts";
import { KeySpent, type PaymentProvider } from "../core/provider.ts";
import { isUntried } from "../core/settle.ts";

/** Stripe's own limit is 80 s; a consumer would rather ask again. */
const TIMEOUT_MS = 10_000;

export interface StripeOptions {
  secretKey: string;
  /** Where the API is; Stripe's own address when absent. */
  apiBase?: string | undefined;
}

/** The official SDK over fetch. It does not retry: whoever calls does, and remembers across crashes. */
export function stripeClient({ secretKey, apiBase }: StripeOptions): Stripe {
  const base = apiBase ? new URL(apiBase) : null;
  return new Stripe(secretKey, {
    httpClient: Stripe.createFetchHttpClient(),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === "https:" ? 443 : 80),
      protocol: base.protocol === "https:" ? "https" : "http",
    }),
  });
}

/** Stripe as the payment provider. */
export function stripeProvider(stripe: Stripe): PaymentProvider {
  const intents = stripe.paymentIntents;
  const retrieve = async (intentId: string): Promise<Intent> => {
    try {
      return toIntent(await ask(() => intents.retrieve(intentId)));
    } catch (error) {
      if (isRefusal(error) && error.code === "resource_missing") return gone(intentId);
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
    async ping() {
      await ask(() => stripe.balance.retrieve());
    },
  };
}

/** Card declines and requests that the intent's state forbids: answers, not outages. */
function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  return (
    error instanceof Stripe.errors.StripeCardError || error instanceof Stripe.errors.StripeInvalidRequestError
  );
}

/**
 * A 500 that a key answers with from now on, or parameters that are not those of the key's first use, which
 * a deployment between two tries can do.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
function isStored(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return true;
  return error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500;
}

async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isRefusal(error)) throw error;
    if (isStored(error)) throw new KeySpent("stripe", error);
    // Connection, time-out, 5xx, 429, a key in use by a call under way, a wrong secret: none is the buyer's doing.
    throw new Unavailable("stripe", error);
  }
}

function toIntent(intent: Stripe.PaymentIntent): Intent {
  return {
    id: intent.id,
    status: intent.status as Intent["status"],
    clientSecret: intent.client_secret,
    amountReceived: intent.amount_received,
    failure: intent.last_payment_error ? failureOf(intent.last_payment_error) : null,
  };
}

/** What Stripe does not know holds no money. */
function gone(id: string): Intent {
  return { id, status: "canceled", clientSecret: null, amountReceived: 0, failure: null };
}

function failureOf(error: { decline_code?: string | undefined; code?: string | undefined }): string {
  return error.decline_code ?? error.code ?? "declined";
}
