import { expect, it } from "vitest";
import type { Shop } from "./shop.ts";

const HOUR_MS = 3_600_000;
/** As many as come at once. */
const PAGE = 100;

export function describeLists(shopOf: () => Shop): void {
  /** Steps aside from what other tests have made. @returns when, in full seconds, epoch ms */
  const aside = (shop: Shop) => {
    shop.rig.advance(HOUR_MS);
    return Math.floor(shop.rig.now() / 1_000) * 1_000;
  };

  it("shows intents with their bookings, and refunds with their intents, the newest first", async () => {
    const shop = shopOf();
    const window = { from: aside(shop), to: shop.rig.now() + HOUR_MS };
    const [held, heldFor] = [await shop.authorised(), shop.bookingId];
    const [taken, takenFor] = [await shop.captured(), shop.bookingId];
    await shop.refund(taken, { amount: 1_000 });
    await shop.rig.refundByHand(taken, 2_000);
    expect(await shop.provider.list("intents", window, null)).toEqual({
      items: [
        { id: taken, bookingId: takenFor, intentId: taken, status: "succeeded" },
        { id: held, bookingId: heldFor, intentId: held, status: "requires_capture" },
      ],
      next: null,
    });
    expect(await shop.provider.list("refunds", window, null)).toEqual({
      items: [
        { id: expect.any(String), bookingId: null, intentId: taken, status: "succeeded" },
        { id: expect.any(String), bookingId: takenFor, intentId: taken, status: "succeeded" },
      ],
      next: null,
    });
  });

  it("shows what was made in its window, from its first moment to before its last", async () => {
    const shop = shopOf();
    const from = aside(shop);
    const made = await shop.intent();
    const inside = Math.floor(shop.rig.now() / 1_000) * 1_000;
    const ids = async (window: { from: number; to: number }) =>
      (await shop.provider.list("intents", window, null)).items.map(({ id }) => id);
    expect(await ids({ from, to: inside + 1_000 })).toEqual([made]);
    expect(await ids({ from: from - 1_000, to: from })).toEqual([]);
    expect(await ids({ from: inside + 1_000, to: inside + HOUR_MS })).toEqual([]);
  });

  it("goes on where it ended, until there is no more", async () => {
    const shop = shopOf();
    const window = { from: aside(shop), to: shop.rig.now() + HOUR_MS };
    const made: string[] = [];
    for (let n = 0; n <= PAGE; n++) made.unshift(await shop.intent());
    const first = await shop.provider.list("intents", window, null);
    expect(first.items.map(({ id }) => id)).toEqual(made.slice(0, PAGE));
    expect(first.next).toBe(made[PAGE - 1]);
    const second = await shop.provider.list("intents", window, first.next);
    expect(second).toMatchObject({ items: [{ id: made[PAGE] }], next: null });
  });
}
