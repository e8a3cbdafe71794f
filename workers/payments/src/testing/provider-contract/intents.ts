import { expect, it } from "vitest";
import { AMOUNT, type Shop } from "./shop.ts";

export function describeIntents(shopOf: () => Shop): void {
  it("is authorised first; its money is taken by a second call", async () => {
    const shop = shopOf();
    const id = await shop.intent();
    const untried = { id, status: "requires_payment_method", amountReceived: 0, failure: null };
    expect(await shop.provider.retrieve(id)).toMatchObject(untried);
    const held = { id, status: "requires_capture", amountReceived: 0, failure: null };
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject(held);
    expect(await shop.provider.retrieve(id)).toMatchObject(held);
    const taken = { id, status: "succeeded", amountReceived: AMOUNT, failure: null };
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject(taken);
    expect(await shop.provider.retrieve(id)).toMatchObject(taken);
  });

  it("has a secret for its buyer's page, which stays the same", async () => {
    const shop = shopOf();
    const id = await shop.intent();
    const { clientSecret } = await shop.provider.retrieve(id);
    expect(clientSecret).toContain(id);
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject({ clientSecret });
  });

  it.each([
    ["pm_card_chargeDeclined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"],
    ["pm_card_chargeDeclinedLostCard", "lost_card"],
    ["pm_card_chargeDeclinedStolenCard", "stolen_card"],
    ["pm_card_chargeDeclinedFraudulent", "fraudulent"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card"],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"],
    ["pm_card_chargeDeclinedProcessingError", "processing_error"],
  ])("of %s is declined with %s, and may be paid with another card", async (card, failure) => {
    const shop = shopOf();
    const id = await shop.intent();
    const declined = { id, status: "requires_payment_method", failure, amountReceived: 0 };
    expect(await shop.confirm(id, card)).toMatchObject(declined);
    expect(await shop.provider.retrieve(id)).toMatchObject(declined);
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject({
      status: "requires_capture",
      failure: null,
    });
  });

  it("of a card that there is not is not tried, and says so", async () => {
    const shop = shopOf();
    const id = await shop.intent();
    const unknown = { status: "requires_payment_method", failure: "resource_missing" };
    expect(await shop.confirm(id, "pm_card_of_nobody")).toMatchObject(unknown);
    expect(await shop.provider.retrieve(id)).toMatchObject({ failure: null });
  });

  it("of a card that asks for authentication waits for its buyer, who proves that it is theirs", async () => {
    const shop = shopOf();
    const id = await shop.authorised("pm_card_authenticationRequired");
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "requires_action", failure: null });
    const asItIs = { status: "requires_action" };
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject(asItIs);
    await shop.rig.authenticate(id, true);
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "requires_capture", failure: null });
  });

  it("whose buyer fails to authenticate holds nothing, and may be paid with another card", async () => {
    const shop = shopOf();
    const id = await shop.authorised("pm_card_authenticationRequired");
    await shop.rig.authenticate(id, false);
    const failed = { status: "requires_payment_method", failure: "payment_intent_authentication_failure" };
    expect(await shop.provider.retrieve(id)).toMatchObject(failed);
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject({
      status: "requires_capture",
      failure: null,
    });
  });

  it("can be declined after its buyer has authenticated", async () => {
    const shop = shopOf();
    const id = await shop.authorised("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
    await shop.rig.authenticate(id, true);
    const declined = { status: "requires_payment_method", failure: "insufficient_funds" };
    expect(await shop.provider.retrieve(id)).toMatchObject(declined);
  });

  it.each([
    ["untried", (shop: Shop) => shop.intent()],
    ["held", (shop: Shop) => shop.authorised()],
    ["waiting for its buyer", (shop: Shop) => shop.authorised("pm_card_authenticationRequired")],
  ])("that is %s can be given up, and does nothing more", async (_, made) => {
    const shop = shopOf();
    const id = await made(shop);
    const canceled = { id, status: "canceled", amountReceived: 0, failure: null };
    expect(await shop.provider.cancel(id, shop.key())).toMatchObject(canceled);
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject(canceled);
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject(canceled);
    expect(await shop.provider.cancel(id, shop.key())).toMatchObject(canceled);
  });

  it("whose money was taken is answered as it is, whatever is asked of it", async () => {
    const shop = shopOf();
    const id = await shop.captured();
    const taken = { id, status: "succeeded", amountReceived: AMOUNT };
    expect(await shop.provider.cancel(id, shop.key())).toMatchObject(taken);
    expect(await shop.confirm(id, "pm_card_visa")).toMatchObject(taken);
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject(taken);
  });

  it("gives less than it holds where less is asked for, and never more", async () => {
    const shop = shopOf();
    const id = await shop.authorised();
    const held = { status: "requires_capture", amountReceived: 0 };
    expect(await shop.provider.capture(id, AMOUNT + 1, shop.key())).toMatchObject(held);
    const taken = { status: "succeeded", amountReceived: 4_000 };
    expect(await shop.provider.capture(id, 4_000, shop.key())).toMatchObject(taken);
  });

  it("that is held for a week lapses", async () => {
    const shop = shopOf();
    const id = await shop.authorised();
    shop.rig.advance(7 * 86_400_000 - 60_000);
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "requires_capture" });
    shop.rig.advance(120_000);
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "canceled", amountReceived: 0 });
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject({ status: "canceled" });
  });

  it("that nobody knows counts as given up", async () => {
    const shop = shopOf();
    const id = "pi_unknown";
    for (const call of [
      shop.provider.retrieve(id),
      shop.provider.capture(id, AMOUNT, shop.key()),
      shop.provider.cancel(id, shop.key()),
      shop.confirm(id, "pm_card_visa"),
    ]) {
      expect(await call).toMatchObject({ id, status: "canceled" });
    }
  });

  it.each([
    [49, "amount_too_small"],
    [100_000_000, "amount_too_large"],
  ])("of %i is not made, and it says why", async (amount, failure) => {
    const shop = shopOf();
    const refused = { status: "refused", failure };
    expect(await shop.provider.createIntent(shop.request({ amount }), shop.key())).toEqual(refused);
  });
}
