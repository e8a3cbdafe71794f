import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUTHORISE, startTestStripe, type TestStripe } from "./harness.ts";

let t: TestStripe;
beforeAll(async () => {
  t = await startTestStripe();
});
afterAll(() => t.close());

const RETURN_URL = "https://tickets.example/done?booking=bkg_1";

async function begin(
  payment_method = "pm_card_authenticationRequired",
): Promise<{ id: string; page: string }> {
  const intent = await t.stripe.paymentIntents.create({
    ...AUTHORISE,
    payment_method,
    return_url: RETURN_URL,
  });
  expect(intent).toMatchObject({
    status: "requires_action",
    next_action: { type: "redirect_to_url", redirect_to_url: { return_url: RETURN_URL } },
  });
  return { id: intent.id, page: intent.next_action?.redirect_to_url?.url ?? "" };
}

/** What `curl -d outcome=... <page>` does. */
const choose = (page: string, outcome: string) =>
  fetch(page, { method: "POST", redirect: "manual", body: new URLSearchParams({ outcome }) });

// https://docs.stripe.com/payments/3d-secure/authentication-flow
describe("authentication", () => {
  test.each(["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])(
    "completed with %s: authorised, and back to the merchant",
    async (card) => {
      const { id, page } = await begin(card);
      const shown = await fetch(page);
      expect(shown.headers.get("content-type")).toContain("text/html");
      expect(await shown.text()).toContain('value="complete"');
      const done = await choose(page, "complete");
      expect(done.status).toBe(303);
      const back = new URL(done.headers.get("location") ?? "");
      expect(Object.fromEntries(back.searchParams)).toMatchObject({
        booking: "bkg_1",
        payment_intent: id,
        redirect_status: "succeeded",
      });
      const intent = await t.stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
      expect(intent).toMatchObject({ status: "requires_capture", next_action: null });
      expect(intent.latest_charge).toMatchObject({
        payment_method_details: { card: { three_d_secure: { result: "authenticated" } } },
      });
    },
  );

  test("failed: another payment method is needed, and nothing was charged", async () => {
    const { id, page } = await begin();
    const done = await choose(page, "fail");
    expect(done.headers.get("location")).toContain("redirect_status=failed");
    expect(await t.stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "requires_payment_method",
      latest_charge: null,
      last_payment_error: { code: "payment_intent_authentication_failure" },
    });
  });

  test("completed but then declined by the issuer", async () => {
    const { id, page } = await begin("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
    await choose(page, "complete");
    expect(await t.stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: "requires_payment_method",
      last_payment_error: { code: "card_declined", decline_code: "insufficient_funds" },
    });
  });

  test("a page works once, not after a cancellation, and not after another method was chosen", async () => {
    const once = await begin();
    await choose(once.page, "complete");
    expect((await choose(once.page, "fail")).status).toBe(410);
    expect(await t.stripe.paymentIntents.retrieve(once.id)).toMatchObject({ status: "requires_capture" });

    const canceled = await begin();
    await t.stripe.paymentIntents.cancel(canceled.id);
    expect((await choose(canceled.page, "complete")).status).toBe(410);
    expect(await t.stripe.paymentIntents.retrieve(canceled.id)).toMatchObject({ status: "canceled" });

    const replaced = await begin();
    await t.stripe.paymentIntents.update(replaced.id, { payment_method: "pm_card_visa" });
    expect((await choose(replaced.page, "complete")).status).toBe(410);
    expect(await t.stripe.paymentIntents.retrieve(replaced.id)).toMatchObject({
      status: "requires_confirmation",
    });
  });

  test("an unknown outcome changes nothing; another attempt's address is refused", async () => {
    const { id, page } = await begin();
    expect((await choose(page, "perhaps")).status).toBe(400);
    expect((await choose(page.replace(/payatt_\w+/, "payatt_other"), "complete")).status).toBe(410);
    expect(await t.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: "requires_action" });
  });

  test("without a return_url the action is for Stripe's own SDK, and the page just says what became of it", async () => {
    const intent = await t.stripe.paymentIntents.create({
      ...AUTHORISE,
      payment_method: "pm_card_threeDSecure2Required",
    });
    expect(intent.next_action).toMatchObject({ type: "use_stripe_sdk" });
    const action = intent.next_action as unknown as { use_stripe_sdk: { stripe_js: string } };
    const page = action.use_stripe_sdk.stripe_js;
    const done = await choose(page, "complete");
    expect(done.status).toBe(200);
    expect(await done.text()).toContain("requires_capture");
  });
});
