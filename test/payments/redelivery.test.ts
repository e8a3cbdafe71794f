import { describe, expect, it } from "vitest";
import { reach, STATES } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe.each(STATES)("in %s", (state) => {
  it.each(["requested", "capture", "failed", "cancelled"] as const)(
    "%s delivered again changes nothing more, at Stripe or here",
    async (name) => {
      const booking = await reach(world(), state);
      const first = await world().deliver(booking[name]);
      const after = await world().end(booking);
      const again = await world().deliver(booking[name]);
      expect(await world().end(booking)).toEqual(after);
      // A release that was under way for the first delivery is through for the second.
      expect([first, "done"]).toContain(again);
    },
  );
});

describe("an answer", () => {
  it.each([
    ["requested", "AUTHORISED", "payment.processed SUCCESS"],
    ["requested", "ACTION_REQUIRED", "payment.action-required"],
    ["requested", "FAILED", "payment.processed FAILED"],
    ["requested", "VOIDED", "payment.voided"],
    ["capture", "CAPTURED", "payment.captured SUCCESS"],
    ["capture", "CAPTURE_FAILED", "payment.captured FAILED"],
    ["failed", "VOIDED", "payment.voided"],
    ["capture", "REFUNDED", "payment.captured SUCCESS"],
    ["cancelled", "REFUNDED", "payment.refunded SUCCESS"],
    ["cancelled", "REFUND_FAILED", "payment.refunded FAILED"],
  ] as const)("to %s is said again in %s, where the asker may have missed it", async (name, state, said) => {
    const booking = await reach(world(), state);
    const soFar = world().sent.length;
    await world().deliver(booking[name]);
    expect(world().said(booking, soFar)).toEqual([said]);
  });

  it.each(["redelivery", "sweep"])("that was written but not sent is sent by the next %s", async (next) => {
    const booking = world().booking();
    world().isKafkaDown = true;
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    expect(await world().payment(booking)).toMatchObject({ state: "AUTHORISED", unsent: true });
    expect(world().said(booking)).toEqual([]);
    world().isKafkaDown = false;
    if (next === "sweep") await world().sweep();
    else expect(await world().deliver(booking.requested)).toBe("done");
    expect(world().said(booking)).toEqual(["payment.processed SUCCESS"]);
  });
});
