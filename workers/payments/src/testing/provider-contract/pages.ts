import { expect, it } from "vitest";
import { AMOUNT, type Shop } from "./shop.ts";

export function describePages(shopOf: () => Shop): void {
  it("is open, with an address, and has no intent before its buyer pays", async () => {
    const shop = shopOf();
    const page = await shop.page();
    expect(page).toMatchObject({
      status: "open",
      id: expect.any(String),
      url: expect.stringContaining(page.id),
    });
    const waiting = { id: null, status: "requires_action", amountReceived: 0, failure: null };
    expect(await shop.provider.retrievePage(page.id)).toMatchObject(waiting);
  });

  it("has an intent like any other once its buyer has paid", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_visa");
    const held = await shop.provider.retrievePage(page.id);
    expect(held).toMatchObject({ id: expect.any(String), status: "requires_capture", failure: null });
    expect(await shop.provider.capture(held.id!, AMOUNT, shop.key())).toMatchObject({ status: "succeeded" });
    expect(await shop.provider.retrievePage(page.id)).toMatchObject({ id: held.id, status: "succeeded" });
  });

  it("is not over by a decline: its buyer tries another card", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_chargeDeclinedLostCard");
    const declined = await shop.provider.retrievePage(page.id);
    expect(declined).toMatchObject({ status: "requires_action", failure: "lost_card" });
    await shop.rig.payOnPage(page, "pm_card_visa");
    const held = { id: declined.id, status: "requires_capture", failure: null };
    expect(await shop.provider.retrievePage(page.id)).toMatchObject(held);
  });

  it("keeps waiting while its buyer authenticates, and when that fails", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_authenticationRequired");
    const waiting = await shop.provider.retrievePage(page.id);
    expect(waiting).toMatchObject({ id: expect.any(String), status: "requires_action", failure: null });
    await shop.rig.authenticate(waiting.id!, false);
    const failed = { status: "requires_action", failure: "payment_intent_authentication_failure" };
    expect(await shop.provider.retrievePage(page.id)).toMatchObject(failed);
    await shop.rig.payOnPage(page, "pm_card_authenticationRequired");
    await shop.rig.authenticate(waiting.id!, true);
    const held = { id: waiting.id, status: "requires_capture" };
    expect(await shop.provider.retrievePage(page.id)).toMatchObject(held);
  });

  it("that is closed takes no card any more", async () => {
    const shop = shopOf();
    const page = await shop.page();
    const closed = { id: null, status: "canceled" };
    expect(await shop.provider.closePage(page.id, shop.key())).toMatchObject(closed);
    await shop.rig.payOnPage(page, "pm_card_visa");
    expect(await shop.provider.retrievePage(page.id)).toMatchObject(closed);
    expect(await shop.provider.closePage(page.id, shop.key())).toMatchObject(closed);
  });

  it("that is closed takes along what was tried on it", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_chargeDeclined");
    const { id } = await shop.provider.retrievePage(page.id);
    expect(await shop.provider.closePage(page.id, shop.key())).toMatchObject({ id, status: "canceled" });
    expect(await shop.provider.retrieve(id!)).toMatchObject({ status: "canceled" });
  });

  it("that was paid cannot be closed, and says so; its intent can be given up then", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_visa");
    const left = await shop.provider.closePage(page.id, shop.key());
    expect(left).toMatchObject({ status: "requires_capture" });
    expect(await shop.provider.cancel(left.id!, shop.key())).toMatchObject({ status: "canceled" });
    expect(await shop.provider.retrievePage(page.id)).toMatchObject({ id: left.id, status: "canceled" });
  });

  it("keeps its intent to itself while it is open", async () => {
    const shop = shopOf();
    const page = await shop.page();
    await shop.rig.payOnPage(page, "pm_card_chargeDeclined");
    const { id } = await shop.provider.retrievePage(page.id);
    const asItIs = { status: "requires_payment_method" };
    expect(await shop.provider.cancel(id!, shop.key())).toMatchObject(asItIs);
    expect(await shop.confirm(id!, "pm_card_visa")).toMatchObject(asItIs);
  });

  it("closes by itself when its time has come", async () => {
    const shop = shopOf();
    const page = await shop.page();
    shop.rig.advance(34 * 60_000);
    expect(await shop.provider.retrievePage(page.id)).toMatchObject({ status: "requires_action" });
    shop.rig.advance(2 * 60_000);
    expect(await shop.provider.retrievePage(page.id)).toMatchObject({ id: null, status: "canceled" });
  });

  it("lives for half an hour at the least, and for a day at the most", async () => {
    const shop = shopOf();
    for (const minutes of [29, 24 * 60 + 1]) {
      const expiresAt = new Date(shop.rig.now() + minutes * 60_000);
      const opened = shop.provider.openPage({ ...shop.request(), expiresAt }, shop.key());
      expect(await opened).toMatchObject({ status: "refused" });
    }
  });

  it("of too little is not made, and it says why", async () => {
    const shop = shopOf();
    const expiresAt = new Date(shop.rig.now() + 35 * 60_000);
    const opened = shop.provider.openPage({ ...shop.request({ amount: 49 }), expiresAt }, shop.key());
    expect(await opened).toEqual({ status: "refused", failure: "amount_too_small" });
  });

  it("that nobody knows counts as given up", async () => {
    const shop = shopOf();
    const gone = { id: null, status: "canceled" };
    expect(await shop.provider.retrievePage("cs_test_unknown")).toMatchObject(gone);
    expect(await shop.provider.closePage("cs_test_unknown", shop.key())).toMatchObject(gone);
  });
}
