import { expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { KeySpent } from "../../core/provider.ts";
import { AMOUNT, type Shop } from "./shop.ts";

/** https://docs.stripe.com/api/idempotent_requests */
export function describeKeys(shopOf: () => Shop): void {
  it("repeats a call instead of making it again", async () => {
    const shop = shopOf();
    const [request, key] = [shop.request(), shop.key()];
    const first = await shop.provider.createIntent(request, key);
    expect(await shop.provider.createIntent(request, key)).toEqual(first);
    expect(await shop.provider.createIntent(request, shop.key())).not.toEqual(first);
  });

  it("repeats the answer that was given, although things have moved on", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.intent(), shop.key()];
    const held = await shop.provider.confirm(id, "pm_card_visa", key);
    await shop.provider.capture(id, AMOUNT, shop.key());
    expect(held).toMatchObject({ status: "requires_capture" });
    expect(await shop.provider.confirm(id, "pm_card_visa", key)).toEqual(held);
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "succeeded" });
  });

  it("repeats a decline, and the intent is told as it is by then", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.intent(), shop.key()];
    const again = () => shop.provider.confirm(id, "pm_card_chargeDeclined", key);
    expect(await again()).toMatchObject({ status: "requires_payment_method", failure: "generic_decline" });
    expect(await again()).toMatchObject({ status: "requires_payment_method", failure: "generic_decline" });
    await shop.confirm(id, "pm_card_visa");
    expect(await again()).toMatchObject({ status: "requires_capture", failure: null });
  });

  it("repeats a refusal, although it would be none any more", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.intent(), shop.key()];
    const capture = () => shop.provider.capture(id, AMOUNT, key);
    expect(await capture()).toMatchObject({ status: "requires_payment_method" });
    await shop.confirm(id, "pm_card_visa");
    expect(await capture()).toMatchObject({ status: "requires_capture", amountReceived: 0 });
  });

  it("is spent where a failure after the act is stored under it; another key goes on from there", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.intent(), shop.key()];
    await shop.rig.fault("confirm", "error_after");
    for (let tries = 0; tries < 2; tries++) {
      await expect(shop.provider.confirm(id, "pm_card_visa", key)).rejects.toThrow(KeySpent);
    }
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "requires_capture" });
    expect(await shop.provider.capture(id, AMOUNT, shop.key())).toMatchObject({ status: "succeeded" });
  });

  it("is spent for other parameters, and for another call", async () => {
    const shop = shopOf();
    const [request, key] = [shop.request(), shop.key()];
    const made = await shop.provider.createIntent(request, key);
    const other = { ...request, amount: 9_000 };
    await expect(shop.provider.createIntent(other, key)).rejects.toThrow(KeySpent);
    await expect(shop.provider.cancel((made as { id: string }).id, key)).rejects.toThrow(KeySpent);
    expect(await shop.provider.createIntent(request, key)).toEqual(made);
  });

  it.each(["createIntent", "refund", "openPage"] as const)("of a %s is spent likewise", async (call) => {
    const shop = shopOf();
    const id = await shop.captured();
    const expiresAt = new Date(shop.rig.now() + 35 * 60_000);
    const calls = {
      createIntent: () => shop.provider.createIntent(shop.request(), shop.key()),
      refund: () => shop.refund(id),
      openPage: () => shop.provider.openPage({ ...shop.request(), expiresAt }, shop.key()),
    };
    await shop.rig.fault(call, "error_after");
    await expect(calls[call]()).rejects.toThrow(KeySpent);
  });

  it("is free still where nothing was done", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.authorised(), shop.key()];
    await shop.rig.fault("capture", "rate_limit");
    const failure = await shop.provider.capture(id, AMOUNT, key).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).not.toBeInstanceOf(KeySpent);
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "requires_capture" });
    expect(await shop.provider.capture(id, AMOUNT, key)).toMatchObject({ status: "succeeded" });
  });

  it("finds what was done where only the answer was lost", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.captured(), shop.key()];
    const request = {
      bookingId: shop.bookingId,
      paymentId: "pay_1",
      intentId: id,
      amount: AMOUNT,
      number: 1,
    };
    await shop.rig.fault("refund", "disconnect_after");
    const failure = await shop.provider.refund(request, key).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).not.toBeInstanceOf(KeySpent);
    const made = await shop.provider.refund(request, key);
    expect(made).toMatchObject({ status: "succeeded", amount: AMOUNT });
    expect((await shop.provider.aftermath(id)).refunds).toEqual([made]);
  });
}
