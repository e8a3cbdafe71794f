import { describe, expect, it } from "vitest";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** What the buyer does on the issuer's page. */
async function authenticate(intentId: string | null, outcome: "complete" | "fail"): Promise<void> {
  const { next_action: action } = await world().stripe.sdk().paymentIntents.retrieve(intentId!);
  const { stripe_js: page } = (action?.use_stripe_sdk ?? {}) as { stripe_js?: string };
  if (!page) throw new Error("there is nothing to authenticate");
  await fetch(page, { method: "POST", body: new URLSearchParams({ outcome }) });
}

describe("a card that needs authentication", () => {
  const begin = async () => {
    const booking = world().booking({ card: "pm_card_authenticationRequired" });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "ACTION_REQUIRED",
      intents: ["requires_action after 0 tries"],
      said: ["payment.action-required"],
    });
    return booking;
  };

  it("is authorised when the webhook reports that the buyer did", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "complete");
    const type = "payment_intent.amount_capturable_updated";
    expect(await world().takeIn(await world().stripe.inbox.delivery(booking.id, type))).toBe(true);
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
      said: ["payment.action-required", "payment.processed SUCCESS"],
    });
  });

  it("is authorised at once when the buyer did before the API's answer is here, and each thing is said once", async () => {
    const booking = world().booking({ card: "pm_card_authenticationRequired" });
    const deps = world().deps();
    const { confirm } = deps.provider;
    deps.provider.confirm = async (...call) => {
      const intent = await confirm(...call);
      await authenticate(intent.id, "complete");
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      said: ["payment.action-required", "payment.processed SUCCESS"],
    });
    expect(world().sent).toHaveLength(2);
  });

  it("is authorised by the sweep when no webhook comes", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "complete");
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "AUTHORISED" });
  });

  it("fails when the authentication does", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "fail");
    const delivery = await world().stripe.inbox.delivery(booking.id, "payment_intent.payment_failed");
    await world().takeIn(delivery);
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "payment_intent_authentication_failure",
      intents: ["canceled after 0 tries"],
    });
  });

  it("abandoned, fails at payBy and not before, with its intent cancelled", async () => {
    const booking = await begin();
    world().advance(239_999);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "ACTION_REQUIRED" });
    world().advance(1);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "not paid in time",
      intents: ["canceled after 0 tries"],
      said: ["payment.action-required", "payment.processed FAILED"],
    });
    await authenticate((await world().payment(booking)).intentId, "complete").catch(() => undefined);
    expect(await world().intents(booking)).toMatchObject([{ status: "canceled" }]);
  });

  it("authenticated in time but heard of after payBy, is authorised", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "complete");
    world().advance(300_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "AUTHORISED" });
  });

  it("authenticated in the moment in which it is given up, is released", async () => {
    const booking = await begin();
    world().advance(240_000);
    const deps = world().deps();
    const { cancel } = deps.provider;
    deps.provider.cancel = async (...call) => {
      await authenticate((await world().payment(booking)).intentId, "complete");
      return cancel(...call);
    };
    await world().sweep(deps);
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      intents: ["canceled after 1 tries"],
    });
  });
});

describe("an intent that cannot be cancelled yet", () => {
  // Stripe may show `processing`, which the stand-in never does.
  // https://docs.stripe.com/payments/paymentintents/lifecycle
  it("does not count as failed before it is", async () => {
    const booking = world().booking({ card: "pm_card_authenticationRequired" });
    await world().deliver(booking.requested);
    world().advance(240_000);
    const deps = world().deps();
    deps.provider.cancel = async (id) => ({ ...(await deps.provider.retrieve(id)), status: "processing" });
    await world().sweep(deps);
    expect(await world().end(booking)).toMatchObject({
      state: "ACTION_REQUIRED",
      said: ["payment.action-required"],
    });
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      intents: ["canceled after 0 tries"],
    });
  });
});
