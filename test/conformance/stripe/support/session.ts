import type Stripe from "stripe";

/** A session as the platform asks for one: two seats and a fee, to be captured later. */
export const SESSION = {
  mode: "payment",
  success_url: "https://tickets.example/ok?session={CHECKOUT_SESSION_ID}",
  cancel_url: "https://tickets.example/cancelled",
  line_items: [
    {
      price_data: {
        currency: "eur",
        unit_amount: 24_000,
        product_data: { name: "La Traviata", description: "Stalls Left, row G, seats 1 and 3" },
      },
      quantity: 2,
    },
    {
      price_data: { currency: "eur", unit_amount: 250, product_data: { name: "Booking fee" } },
      quantity: 1,
    },
  ],
  payment_intent_data: { capture_method: "manual", metadata: { bookingId: "bkg_1" } },
} satisfies Stripe.Checkout.SessionCreateParams;
