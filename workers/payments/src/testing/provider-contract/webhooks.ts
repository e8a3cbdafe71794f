import { expect, it } from "vitest";
import { AMOUNT, type Shop } from "./shop.ts";

/** What is reported, and what each report names: the booking where it was told of it, the intent elsewhere. */
export function describeWebhooks(shopOf: () => Shop): void {
  /** The types of all reports about the last booking or its intent, in order. */
  async function reported(shop: Shop, intentId: string | null): Promise<string[]> {
    const isAbout = ({ bookingId, intentId: named }: { bookingId?: string; intentId?: string }) =>
      bookingId === shop.bookingId || (named !== undefined && named === intentId);
    return (await shop.rig.reports()).filter((each) => isAbout(each as never)).map(({ type }) => type);
  }
  const AUTHORISED = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.amount_capturable_updated",
  ];
  const CAPTURED = [...AUTHORISED, "charge.captured", "payment_intent.succeeded"];

  it("is each step of a payment", async () => {
    const shop = shopOf();
    expect(await reported(shop, await shop.captured())).toEqual(CAPTURED);
  });

  it("is a decline, and an authentication that is asked for and fails", async () => {
    const shop = shopOf();
    const declined = await shop.authorised("pm_card_chargeDeclined");
    expect(await reported(shop, declined)).toEqual([
      ...["payment_intent.created", "charge.failed", "payment_intent.payment_failed"],
    ]);
    const asked = await shop.authorised("pm_card_authenticationRequired");
    await shop.rig.authenticate(asked, false);
    expect(await reported(shop, asked)).toEqual([
      ...["payment_intent.created", "payment_intent.requires_action", "payment_intent.payment_failed"],
    ]);
  });

  it("is an authorisation that is let go, with the charge that shows as refunded", async () => {
    const shop = shopOf();
    const id = await shop.authorised();
    await shop.provider.cancel(id, shop.key());
    expect(await reported(shop, id)).toEqual([...AUTHORISED, "charge.refunded", "payment_intent.canceled"]);
  });

  it("is an authorisation that lapses", async () => {
    const shop = shopOf();
    const id = await shop.authorised();
    shop.rig.advance(8 * 86_400_000);
    await shop.provider.retrieve(id);
    expect(await reported(shop, id)).toEqual([...AUTHORISED, "charge.expired", "payment_intent.canceled"]);
  });

  it("is a page that is paid, and one that is closed, with the booking that it is for", async () => {
    const shop = shopOf();
    const paid = await shop.page();
    await shop.rig.payOnPage(paid, "pm_card_visa");
    expect(await reported(shop, null)).toEqual([...AUTHORISED, "checkout.session.completed"]);
    const closed = await shop.page();
    await shop.rig.payOnPage(closed, "pm_card_chargeDeclined");
    await shop.provider.closePage(closed.id, shop.key());
    expect(await reported(shop, null)).toEqual([
      ...["payment_intent.created", "charge.failed", "payment_intent.payment_failed"],
      ...["payment_intent.canceled", "checkout.session.expired"],
    ]);
  });

  it("is a refund, and what became of it", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_refundFail");
    await shop.refund(id);
    shop.rig.advance(3_000);
    await shop.provider.retrieve(id);
    expect(await reported(shop, id)).toEqual([
      ...[...CAPTURED, "refund.created", "charge.refunded", "refund.failed", "charge.refund.updated"],
    ]);
    const slow = await shop.captured("pm_card_pendingRefund");
    await shop.refund(slow);
    shop.rig.advance(3_000);
    await shop.provider.retrieve(slow);
    expect(await reported(shop, slow)).toEqual([
      ...[...CAPTURED, "refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"],
    ]);
  });

  it("names the intent alone where somebody else acted: by hand, or as the buyer's bank", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_createDisputeInquiry");
    await shop.rig.refundByHand(id, AMOUNT);
    const reports = (await shop.rig.reports()).filter(({ intentId }) => intentId === id);
    const named = reports.filter(({ type }) => /^(refund|charge\.dispute)/.test(type));
    expect(named).toMatchObject([
      { type: "charge.dispute.created", bookingId: undefined, intentId: id },
      { type: "refund.created", bookingId: undefined, intentId: id },
    ]);
  });

  it("is a charge back with the money that it takes along", async () => {
    const shop = shopOf();
    const id = await shop.captured("pm_card_createDispute");
    const taken = ["charge.dispute.created", "charge.dispute.funds_withdrawn"];
    expect(await reported(shop, id)).toEqual([...CAPTURED, ...taken]);
  });

  it("carries the key of the call that brought it about, and none where the buyer did", async () => {
    const shop = shopOf();
    const id = await shop.authorised("pm_card_authenticationRequired");
    await shop.rig.authenticate(id, true);
    const captureKey = shop.key();
    await shop.provider.capture(id, AMOUNT, captureKey);
    const about = (await shop.rig.reports()).filter(({ bookingId }) => bookingId === shop.bookingId);
    const keyOf = (type: string) => about.find((each) => each.type === type)?.key;
    expect(keyOf("payment_intent.requires_action")).toMatch(new RegExp(`^${shop.bookingId}:`));
    expect(keyOf("payment_intent.amount_capturable_updated")).toBeNull();
    expect(keyOf("payment_intent.succeeded")).toBe(captureKey);
  });

  it("is not doubled by a call that is repeated", async () => {
    const shop = shopOf();
    const [id, key] = [await shop.authorised(), shop.key()];
    for (let tries = 0; tries < 3; tries++) await shop.provider.capture(id, AMOUNT, key);
    expect(await reported(shop, id)).toEqual(CAPTURED);
  });
}
