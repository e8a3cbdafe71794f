import { expect, it } from "vitest";
import { AMOUNT, type Shop } from "./shop.ts";

/** Longer than the refunds of test cards take that take time. */
const SETTLED_MS = 3_000;

export function describeAftermath(shopOf: () => Shop): void {
  it("goes back in one refund, which is known again by its number", async () => {
    const shop = shopOf();
    const id = await shop.captured();
    const made = await shop.refund(id, { number: 7 });
    expect(made).toMatchObject({ amount: AMOUNT, status: "succeeded", failure: null, number: 7 });
    expect(await shop.provider.aftermath(id)).toEqual({ refunds: [made], disputes: [] });
    expect(await shop.provider.retrieve(id)).toMatchObject({ status: "succeeded", amountReceived: AMOUNT });
  });

  it("never goes back twice, nor more of it than there is", async () => {
    const shop = shopOf();
    const id = await shop.captured();
    expect(await shop.refund(id, { amount: AMOUNT + 1 })).toMatchObject({ status: "refused" });
    await shop.refund(id);
    expect(await shop.refund(id)).toEqual({ status: "refused", failure: "charge_already_refunded" });
    expect((await shop.provider.aftermath(id)).refunds).toHaveLength(1);
  });

  it("goes back in parts, by whomever: the newest first", async () => {
    const shop = shopOf();
    const id = await shop.captured();
    await shop.rig.refundByHand(id, 2_000);
    expect(await shop.refund(id)).toMatchObject({ status: "refused" });
    await shop.refund(id, { amount: 3_000 });
    expect((await shop.provider.aftermath(id)).refunds).toMatchObject([
      { amount: 3_000, number: 1 },
      { amount: 2_000, number: null },
    ]);
  });

  it("may take its time to go back", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_pendingRefund");
    expect(await shop.refund(id)).toMatchObject({ status: "pending", failure: null });
    expect(await shop.refund(id)).toMatchObject({ status: "refused" });
    shop.rig.advance(SETTLED_MS);
    expect((await shop.provider.aftermath(id)).refunds).toMatchObject([{ status: "succeeded" }]);
  });

  it("may fail to go back after all, and may go back by another refund then", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_refundFail");
    expect(await shop.refund(id)).toMatchObject({ status: "succeeded" });
    shop.rig.advance(SETTLED_MS);
    const failed = { amount: AMOUNT, status: "failed", failure: "expired_or_canceled_card", number: 1 };
    expect((await shop.provider.aftermath(id)).refunds).toMatchObject([failed]);
    expect(await shop.refund(id, { number: 2 })).toMatchObject({ status: "succeeded", number: 2 });
  });

  it("that the buyer's bank has taken back cannot be given back too", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_createDispute");
    const { disputes } = await shop.provider.aftermath(id);
    expect(disputes).toEqual([{ id: expect.any(String), amount: AMOUNT, currency: "EUR" }]);
    expect(await shop.refund(id)).toEqual({ status: "refused", failure: "charge_disputed" });
  });

  it("that the bank only asks about can be given back", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_createDisputeInquiry");
    expect((await shop.provider.aftermath(id)).disputes).toHaveLength(1);
    expect(await shop.refund(id)).toMatchObject({ status: "succeeded" });
  });

  it("is nothing where it was only held, or where nobody knows the intent", async () => {
    const shop = shopOf();
    for (const id of [await shop.authorised(), "pi_unknown"]) {
      expect(await shop.provider.aftermath(id)).toEqual({ refunds: [], disputes: [] });
      expect(await shop.refund(id)).toMatchObject({ status: "refused" });
    }
  });
}
