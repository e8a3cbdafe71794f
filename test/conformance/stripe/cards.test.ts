import type Stripe from "stripe";
import { expect } from "vitest";

import { conforms, refuses } from "../support/cases.ts";
import { AUTHORISE, errorOf, useStripe } from "./support/world.ts";

const t = useStripe();

const CARDS = "https://docs.stripe.com/testing#cards";
const DECLINES = "https://docs.stripe.com/testing#declined-payments";
const REGULATORY = "https://docs.stripe.com/testing#regulatory-cards";

conforms.each(
  CARDS,
  [
    ["pm_card_visa", "visa", "credit"],
    ["pm_card_visa_debit", "visa", "debit"],
    ["pm_card_mastercard", "mastercard", "credit"],
    ["pm_card_mastercard_prepaid", "mastercard", "prepaid"],
    ["pm_card_amex", "amex", "credit"],
    ["pm_card_discover", "discover", "credit"],
    ["pm_card_jcb", "jcb", "credit"],
    ["pm_card_unionpay", "unionpay", "credit"],
    ["pm_card_de", "visa", "credit"],
    ["pm_card_threeDSecureOptional", "visa", "credit"],
  ] as const,
  ([paymentMethod]) => `${paymentMethod} pays`,
  async ([payment_method, brand, funding]) => {
    const held = await t.stripe.paymentIntents.create({
      ...AUTHORISE,
      payment_method,
      expand: ["latest_charge"],
    });
    expect(held.status).toBe("requires_capture");
    const charge = held.latest_charge as Stripe.Charge;
    expect(charge.payment_method_details?.card).toMatchObject({ brand, funding });
    expect(held.payment_method).toMatch(/^pm_\w{24}$/);
  },
);

// The codes: https://docs.stripe.com/declines/codes
refuses.each(
  DECLINES,
  [
    ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"],
    ["pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"],
    ["pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card", undefined],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", undefined],
    ["pm_card_chargeDeclinedProcessingError", "processing_error", undefined],
    ["pm_card_radarBlock", "card_declined", "fraudulent"],
  ] as const,
  ([paymentMethod]) => `${paymentMethod} is declined`,
  async ([payment_method, code, declineCode]) => {
    const error = await errorOf(t.stripe.paymentIntents.create({ ...AUTHORISE, payment_method }));
    expect(error).toMatchObject({ type: "StripeCardError", rawType: "card_error", statusCode: 402, code });
    expect(error.decline_code || undefined).toBe(declineCode);
    const intent = await t.stripe.paymentIntents.retrieve(error.payment_intent?.id ?? "");
    expect(intent).toMatchObject({
      status: "requires_payment_method",
      payment_method: null,
      amount_capturable: 0,
    });
    expect(intent.last_payment_error).toMatchObject({
      type: "card_error",
      code,
      payment_method: { object: "payment_method" },
    });
    const charge = await t.stripe.charges.retrieve(String(intent.latest_charge));
    expect(charge).toMatchObject({ status: "failed", paid: false, failure_code: code, captured: false });
    expect(charge.id).toBe(error.charge);
  },
);

conforms(
  "https://docs.stripe.com/payments/paymentintents/lifecycle",
  "a declined intent is paid with another card",
  async () => {
    const declined = { ...AUTHORISE, payment_method: "pm_card_chargeDeclined" };
    const first = await errorOf(t.stripe.paymentIntents.create(declined));
    const paid = await t.stripe.paymentIntents.confirm(first.payment_intent?.id ?? "", {
      payment_method: "pm_card_visa",
    });
    expect(paid).toMatchObject({ status: "requires_capture", last_payment_error: null });
    const charges = await t.stripe.charges.list({ payment_intent: paid.id });
    expect(charges.data.map((charge) => charge.status)).toEqual(["succeeded", "failed"]);
  },
);

conforms(
  "https://docs.stripe.com/api/payment_intents/cancel",
  "a declined intent can still be cancelled",
  async () => {
    const declined = { ...AUTHORISE, payment_method: "pm_card_chargeDeclined" };
    const error = await errorOf(t.stripe.paymentIntents.create(declined));
    const canceled = await t.stripe.paymentIntents.cancel(error.payment_intent?.id ?? "");
    expect(canceled.status).toBe("canceled");
  },
);

refuses(REGULATORY, "off-session, a card that asks for authentication is declined", async () => {
  const asking = { ...AUTHORISE, off_session: true, payment_method: "pm_card_authenticationRequired" };
  const error = await errorOf(t.stripe.paymentIntents.create(asking));
  expect(error).toMatchObject({ statusCode: 402, code: "authentication_required" });
});

conforms(REGULATORY, "off-session, a card that was set up for it pays", async () => {
  const payment_method = "pm_card_authenticationRequiredSetupForOffSession";
  const paid = await t.stripe.paymentIntents.create({ ...AUTHORISE, off_session: true, payment_method });
  expect(paid.status).toBe("requires_capture");
});
