import { describe, expect, it } from "vitest";
import { reach } from "../payments/support/states.ts";
import { useSaga } from "./support/saga.ts";

const saga = useSaga();
const world = () => saga().money;

describe("a capture that fails", () => {
  it("because the intent was cancelled fails for good, and says so", async () => {
    const booking = await reach(world(), "AUTHORISED");
    const { intentId } = await world().payment(booking);
    await world().stripe.sdk().paymentIntents.cancel(intentId!);
    expect(await world().deliver(booking.capture)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "CAPTURE_FAILED",
      capturedAmount: 0,
      intents: ["canceled after 1 tries"],
      said: ["payment.processed SUCCESS", "payment.captured FAILED"],
    });
  });

  it("because Stripe does not know the intent any more fails for good", async () => {
    const booking = await reach(world(), "AUTHORISED");
    await world().stripe.wipe();
    expect(await world().deliver(booking.capture)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "CAPTURE_FAILED", intents: [] });
  });
});

describe("a booking whose capture fails", () => {
  it("has failed, its seats are free, and nothing was taken [booking CAPTURING: payment.capture-failed]", async () => {
    saga().kafka.hold("payment.capture");
    const id = await saga().book("usr_1", ["A-1"]);
    expect(await saga().standing(id)).toMatchObject({ booking: "CAPTURING", seats: "RESERVED A-1" });
    const { intentId } = await world().payment({ id });
    await world().stripe.sdk().paymentIntents.cancel(intentId!);
    saga().kafka.letGo("payment.capture");
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED PAYMENT_FAILED", seats: "RELEASED A-1", refunded: 0 },
      intents: ["canceled after 1 tries"],
    });
    expect(await saga().house.status("A-1")).toBe("AVAILABLE");
  });

  it("for now, because Stripe is out, goes on asking, and never fails by the clock", async () => {
    saga().kafka.hold("payment.capture");
    const id = await saga().book("usr_1", ["A-1"]);
    await world().stripe.cutOff();
    saga().kafka.letGo("payment.capture");
    await saga().kafka.run();
    for (let minutes = 0; minutes < 10; minutes++) {
      saga().pass(60_000);
      await saga().alarms();
    }
    expect(await saga().find(id)).toMatchObject({ state: "CAPTURING" });
    await world().stripe.heal();
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
    });
  });
});
