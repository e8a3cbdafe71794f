import Stripe from "stripe";
import type { PaymentProvider } from "../core/provider.ts";
import { ask } from "./ask.ts";
import { stripeIntents } from "./intents.ts";
import { stripeLists } from "./lists.ts";
import { stripePages } from "./pages.ts";
import { stripeRefunds } from "./refunds.ts";

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

/** Stripe as the payment provider. @param returnUrl where its page sends a buyer afterwards */
export function stripeProvider(stripe: Stripe, returnUrl: string): PaymentProvider {
  return {
    ...stripeIntents(stripe),
    ...stripePages(stripe, returnUrl),
    ...stripeRefunds(stripe),
    ...stripeLists(stripe),
    async ping() {
      await ask(() => stripe.balance.retrieve());
    },
  };
}
