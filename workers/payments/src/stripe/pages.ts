import type Stripe from "stripe";
import type { Intent } from "../core/payment.ts";
import type { PaymentProvider } from "../core/provider.ts";
import { ask, failureOf, isMissing, isRefusal } from "./ask.ts";
import { gone, toIntent } from "./intents.ts";

type Pages = Pick<PaymentProvider, "openPage" | "retrievePage" | "closePage">;

/** With its intent, which there is none of before the buyer pays. */
const EXPAND = { expand: ["payment_intent"] };

/**
 * Payments on Stripe's own page. https://docs.stripe.com/api/checkout/sessions
 * @param returnUrl where the page sends the buyer afterwards, with the booking and what they did
 */
export function stripePages(stripe: Stripe, returnUrl: string): Pages {
  const { sessions } = stripe.checkout;

  const backTo = (bookingId: string, outcome: "paid" | "left") => {
    const address = new URL(returnUrl);
    address.searchParams.set("bookingId", bookingId);
    address.searchParams.set("outcome", outcome);
    return address.href;
  };
  const retrievePage = async (pageId: string): Promise<Intent> => {
    try {
      return standing(await ask(() => sessions.retrieve(pageId, EXPAND)));
    } catch (error) {
      if (isMissing(error)) return gone(null);
      throw error;
    }
  };

  return {
    async openPage({ bookingId, paymentId, amount, currency, expiresAt }, idempotencyKey) {
      const metadata = { bookingId, paymentId };
      const price = {
        currency: currency.toLowerCase(),
        unit_amount: amount,
        product_data: { name: `Tickets, ${bookingId}` },
      };
      const params: Stripe.Checkout.SessionCreateParams = {
        mode: "payment",
        line_items: [{ price_data: price, quantity: 1 }],
        payment_intent_data: { capture_method: "manual", metadata },
        metadata,
        expires_at: Math.ceil(expiresAt.getTime() / 1000),
        success_url: backTo(bookingId, "paid"),
        cancel_url: backTo(bookingId, "left"),
      };
      try {
        const { id, url } = await ask(() => sessions.create(params, { idempotencyKey }));
        return url ? { status: "open", id, url } : { status: "refused", failure: "no_page" };
      } catch (error) {
        if (isRefusal(error)) return { status: "refused", failure: failureOf(error) };
        throw error;
      }
    },
    retrievePage,
    async closePage(pageId, idempotencyKey) {
      try {
        return standing(await ask(() => sessions.expire(pageId, EXPAND, { idempotencyKey })));
      } catch (error) {
        // It was paid, or had expired: what counts is how it stands.
        if (isRefusal(error)) return retrievePage(pageId);
        throw error;
      }
    },
  };
}

/** A page as the intent that it stands for: a decline is not the end of an open one. */
function standing({ status, payment_intent }: Stripe.Checkout.Session): Intent {
  const intent = typeof payment_intent === "object" && payment_intent ? toIntent(payment_intent) : null;
  const none = { ...gone(null), ...(intent && { id: intent.id, failure: intent.failure }) };
  if (status === "expired") return none;
  if (status === "open") return { ...none, status: "requires_action" };
  return intent ?? { ...none, status: "processing" };
}
