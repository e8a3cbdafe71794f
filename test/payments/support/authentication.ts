import type { StripeBackend } from "./backends.ts";

/** What the buyer does on their bank's page. */
export type Bank = (outcome: "complete" | "fail") => Promise<void>;

/** The bank's page of an intent that asks for authentication, to be used later, or too late. @throws where none is asked for */
export async function bankOf(stripe: StripeBackend, intentId: string | null): Promise<Bank> {
  const { next_action: action } = await stripe.sdk().paymentIntents.retrieve(intentId!);
  const { stripe_js: page } = (action?.use_stripe_sdk ?? {}) as { stripe_js?: string };
  if (!page) throw new Error("there is nothing to authenticate");
  return async (outcome) => {
    await fetch(page, { method: "POST", body: new URLSearchParams({ outcome }) });
  };
}
