import { describe, expect, it } from "vitest";
import type { PaymentState } from "../../workers/payments/src/core/machine.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("a capture", () => {
  it("of what somebody captured by hand is done", async () => {
    const booking = await reach(world(), "AUTHORISED");
    const { intentId } = await world().payment(booking);
    const capture = () => world().stripe.sdk().paymentIntents.capture(intentId!);
    await Promise.all([world().deliver(booking.capture), capture().catch(() => undefined)]);
    await world().deliverUntilDone(booking.capture);
    expect(await world().end(booking)).toMatchObject({
      state: "CAPTURED",
      capturedAmount: 12_500,
      intents: ["succeeded after 1 tries"],
    });
  });

  it.each<PaymentState>(["CREATED", "AUTHORISING", "ACTION_REQUIRED"])(
    "in %s comes too early",
    async (state) => {
      const booking = await reach(world(), state);
      expect(await world().deliver(booking.capture)).toBe("early");
      expect((await world().payment(booking)).state).toBe(state);
    },
  );

  it("before there is a payment comes too early", async () => {
    expect(await world().deliver(world().booking().capture)).toBe("early");
  });

  it("under way when the process dies is finished by the sweep", async () => {
    const booking = await reach(world(), "CAPTURING");
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "CAPTURED", unsent: false });
  });
});
