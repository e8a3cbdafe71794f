import { describe, expect, it } from "vitest";
import { bankOf } from "../payments/support/authentication.ts";
import { PRICE, useSaga } from "./support/saga.ts";

const saga = useSaga();
const world = () => saga().money;

const authenticate = async (intentId: string | null, outcome: "complete" | "fail") =>
  (await bankOf(world().stripe, intentId))(outcome);

describe("a payment that needs authentication", () => {
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

  it("and is completed is authorised when the webhook reports it", async () => {
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

  it("and is completed before the API's answer is here is authorised at once, and each thing is said once", async () => {
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

  it("and is completed is authorised by the sweep when no webhook comes", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "complete");
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "AUTHORISED" });
  });

  it("and fails it is given up", async () => {
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

  it("and is abandoned fails at payBy and not before, with its intent cancelled", async () => {
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

  it("and is completed in time, but heard of after payBy, is authorised", async () => {
    const booking = await begin();
    await authenticate((await world().payment(booking)).intentId, "complete");
    world().advance(300_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "AUTHORISED" });
  });

  it("and is completed in the moment in which it is given up is released", async () => {
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

describe("a booking whose payment needs authentication", () => {
  const book = async () => {
    const id = await saga().book("usr_1", ["A-1"], "pm_card_authenticationRequired");
    expect(await saga().standing(id)).toMatchObject({ booking: "PAYING", seats: "LOCKED A-1" });
    return id;
  };
  const report = async (id: string, type: string) => {
    await world().takeIn(await world().stripe.inbox.delivery(id, type), saga().paymentsDeps());
    await saga().kafka.run();
  };

  it("and is completed is confirmed, charged once", async () => {
    const id = await book();
    await authenticate((await world().payment({ id })).intentId, "complete");
    await report(id, "payment_intent.amount_capturable_updated");
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
    });
    expect(await world().payment({ id })).toMatchObject({ capturedAmount: PRICE });
  });

  it("and fails it has failed, and its seat is free", async () => {
    const id = await book();
    await authenticate((await world().payment({ id })).intentId, "fail");
    await report(id, "payment_intent.payment_failed");
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED PAYMENT_FAILED", seats: "RELEASED A-1", refunded: 0 },
      intents: ["canceled after 0 tries"],
    });
  });

  it("and is abandoned has failed by the end of its lock, and its seat is another's", async () => {
    const id = await book();
    saga().pass(240_001);
    await saga().alarms();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED PAYMENT_FAILED", seats: "RELEASED A-1", refunded: 0 },
      intents: ["canceled after 0 tries"],
    });
    const other = await saga().book("usr_2", ["A-1"]);
    expect(await saga().standing(other)).toMatchObject({ booking: "CONFIRMED" });
  });
});
