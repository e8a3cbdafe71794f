import { describe, expect, it } from "vitest";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("a payment", () => {
  it("is authorised when the seats are locked, and captured when they are reserved", async () => {
    const booking = world().booking();
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      capturedAmount: 0,
      intents: ["requires_capture after 1 tries"],
      said: ["payment.processed SUCCESS"],
    });
    expect(await world().deliver(booking.capture)).toBe("done");
    expect(await world().end(booking)).toEqual({
      state: "CAPTURED",
      failureReason: null,
      capturedAmount: 12_500,
      unsent: false,
      intents: ["succeeded after 1 tries"],
      said: ["payment.processed SUCCESS", "payment.captured SUCCESS"],
    });
  });

  it("says each thing once when nothing goes wrong", async () => {
    const booking = world().booking();
    await world().deliver(booking.requested);
    await world().deliver(booking.capture);
    expect(world().sent).toHaveLength(2);
  });

  it("fails with the card's own code when it is declined, and the intent can be paid no more", async () => {
    const booking = world().booking({ card: "pm_card_chargeDeclinedInsufficientFunds" });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "insufficient_funds",
      intents: ["canceled after 1 tries"],
      said: ["payment.processed FAILED"],
    });
  });

  it("fails when Stripe knows no such card", async () => {
    const booking = world().booking({ card: "pm_card_ofNobody" });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "resource_missing",
      intents: ["canceled after 0 tries"],
    });
  });

  // https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
  it("fails at once when Stripe takes no such amount", async () => {
    const booking = world().booking({ amount: 10 });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "amount_too_small",
      intents: [],
      said: ["payment.processed FAILED"],
    });
  });

  it("starts no authorisation from payBy on", async () => {
    const booking = world().booking({ payWithinMs: 1_000 });
    world().advance(1_000);
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "not paid in time",
      intents: [],
      said: ["payment.processed FAILED"],
    });
  });

  it("needs no Stripe where there is nothing to pay", async () => {
    const booking = world().booking({ amount: 0 });
    await world().deliver(booking.requested);
    await world().deliver(booking.capture);
    expect(await world().end(booking)).toMatchObject({
      state: "CAPTURED",
      capturedAmount: 0,
      intents: [],
      said: ["payment.processed SUCCESS", "payment.captured SUCCESS"],
    });
  });

  it("of nothing is given back without Stripe", async () => {
    const booking = world().booking({ amount: 0 });
    await world().deliver(booking.requested);
    await world().deliver(booking.failed);
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED", intents: [] });
  });

  it("forgets the card once it is decided", async () => {
    const booking = world().booking();
    await world().deliver(booking.requested);
    expect((await world().payment(booking)).paymentMethodToken).toBeNull();
  });
});
