import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeAftermath } from "../testing/provider-contract/aftermath.ts";
import { describeIntents } from "../testing/provider-contract/intents.ts";
import { describeKeys } from "../testing/provider-contract/keys.ts";
import { describeLists } from "../testing/provider-contract/lists.ts";
import { describePages } from "../testing/provider-contract/pages.ts";
import { type ProviderRig, Shop } from "../testing/provider-contract/shop.ts";
import { describeWebhooks } from "../testing/provider-contract/webhooks.ts";

/**
 * What a {@link PaymentProvider} does, and what becomes of its intents, pages and refunds by the hands of others: for
 * Stripe, and for whatever stands in for it.
 * @param rigOf the provider under test with its world; it may be the same one each time
 */
export function describeProvider(name: string, rigOf: () => ProviderRig): void {
  let shop: Shop;
  beforeEach(() => {
    shop = new Shop(rigOf());
  });
  afterEach(() => shop.rig.heal());

  describe(name, () => {
    const current = () => shop;
    describe("an intent", () => describeIntents(current));
    describe("a key", () => describeKeys(current));
    describe("a page", () => describePages(current));
    describe("money that was taken", () => describeAftermath(current));
    describe("a list", () => describeLists(current));
    describe("what is reported", () => describeWebhooks(current));

    it("answers whether it is there", async () => {
      await expect(shop.rig.provider.ping()).resolves.toBeUndefined();
    });
  });
}
