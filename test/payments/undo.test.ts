import { describe, expect, it } from "vitest";
import type { PaymentState } from "../../workers/payments/src/core/machine.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("an undo", () => {
  it("that comes before the payment leaves a tombstone: the payment never starts, and no card is tried", async () => {
    const booking = world().booking();
    expect(await world().deliver(booking.failed)).toBe("done");
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      unsent: false,
      intents: ["canceled after 0 tries"],
      said: ["payment.voided"],
    });
  });

  const before: [PaymentState, string[]][] = [
    ["CREATED", []],
    ["AUTHORISING", ["canceled after 0 tries"]],
    ["ACTION_REQUIRED", ["canceled after 0 tries"]],
    ["AUTHORISED", ["canceled after 1 tries"]],
    ["VOIDING", ["canceled after 1 tries"]],
    ["VOIDED", ["canceled after 1 tries"]],
  ];
  it.each(before)("in %s gives everything back", async (state, intents) => {
    const booking = await reach(world(), state);
    expect(await world().deliver(booking.failed)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED", unsent: false, intents });
    expect(world().said(booking)).toContain("payment.voided");
    // What it would have gone on with finds an end.
    expect(await world().deliver(booking.requested)).toBe("done");
    const then = state === "CREATED" ? ["canceled after 0 tries"] : intents;
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED", intents: then });
  });

  it.each<PaymentState>(["FAILED", "CAPTURE_FAILED"])("in %s says that nothing is held", async (state) => {
    const booking = await reach(world(), state);
    expect(await world().deliver(booking.failed)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state });
    expect(world().said(booking)).toContain("payment.voided");
  });

  it("while the money is being taken waits for how that ends", async () => {
    const booking = await reach(world(), "CAPTURING");
    expect(await world().deliver(booking.failed)).toBe("early");
    expect(await world().end(booking)).toMatchObject({ state: "CAPTURING" });
  });

  it("of an intent that Stripe does not know any more is done", async () => {
    const booking = await reach(world(), "AUTHORISED");
    await world().stripe.wipe();
    expect(await world().deliver(booking.failed)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED" });
  });
});

describe("a capture after an undo", () => {
  it("fails, and takes nothing", async () => {
    const booking = await reach(world(), "VOIDED");
    expect(await world().deliver(booking.capture)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED" });
    expect(world().said(booking)).toContain("payment.captured FAILED");
  });
});
