import { describe, expect, it } from "vitest";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** Long enough for a busy machine to answer, short for a test to wait. */
const IMPATIENT_MS = 1_000;

const MODES = ["error_before", "error_after", "disconnect_after", "timeout", "rate_limit"] as const;
const INTENTS = "/v1/payment_intents";

describe.each(MODES)("Stripe, with %s,", (mode) => {
  const deps = () => world().deps(mode === "timeout" ? IMPATIENT_MS : undefined);

  it.each(["", "/*/confirm"])("at POST /v1/payment_intents%s: one charge once it is back", async (path) => {
    const booking = world().booking();
    await world().stripe.fault(`POST ${INTENTS}${path}`, mode);
    expect(await world().deliver(booking.requested, deps())).toBe("unavailable");
    await world().deliverUntilDone(booking.requested);
    await world().deliverUntilDone(booking.capture);
    const { state, capturedAmount, intents, said } = await world().end(booking);
    expect({ state, capturedAmount }).toEqual({ state: "CAPTURED", capturedAmount: 12_500 });
    // One that was made and never heard of was never confirmed, and nobody has its secret.
    const unheard = path === "" && mode === "error_after" ? ["requires_payment_method after 0 tries"] : [];
    expect(intents).toEqual(["succeeded after 1 tries", ...unheard]);
    expect(said).toEqual(["payment.processed SUCCESS", "payment.captured SUCCESS"]);
  });

  it("at the confirmation of a card that is declined: the card is tried once", async () => {
    const booking = world().booking({ card: "pm_card_chargeDeclined" });
    await world().stripe.fault(`POST ${INTENTS}/*/confirm`, mode);
    await world().deliver(booking.requested, deps());
    await world().deliverUntilDone(booking.requested);
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "generic_decline",
      intents: ["canceled after 1 tries"],
      said: ["payment.processed FAILED"],
    });
  });

  it("at the cancellation after a decline: failed with the decline's code once it is back", async () => {
    const booking = world().booking({ card: "pm_card_chargeDeclined" });
    await world().stripe.fault(`POST ${INTENTS}/*/cancel`, mode);
    expect(await world().deliver(booking.requested, deps())).toBe("unavailable");
    expect(world().said(booking)).toEqual([]);
    await world().deliverUntilDone(booking.requested);
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "generic_decline",
      intents: ["canceled after 1 tries"],
    });
  });

  it("at the capture: taken once", async () => {
    const booking = await reach(world(), "AUTHORISED");
    await world().stripe.fault(`POST ${INTENTS}/*/capture`, mode);
    expect(await world().deliver(booking.capture, deps())).toBe("unavailable");
    await world().deliverUntilDone(booking.capture);
    expect(await world().end(booking)).toMatchObject({
      state: "CAPTURED",
      capturedAmount: 12_500,
      intents: ["succeeded after 1 tries"],
    });
  });

  it("at the undo: nothing is held once it is back", async () => {
    const booking = await reach(world(), "AUTHORISED");
    await world().stripe.fault(`POST ${INTENTS}/*/cancel`, mode);
    expect(await world().deliver(booking.failed, deps())).toBe("unavailable");
    await world().deliverUntilDone(booking.failed);
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 1 tries"],
    });
  });
});

describe("Stripe out until payBy has passed", () => {
  it("fails the payment in time, and nothing can be taken", async () => {
    const booking = world().booking();
    await world().stripe.fault(`POST ${INTENTS}/*/confirm`, "rate_limit", 100);
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    world().advance(240_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "not paid in time",
      intents: ["canceled after 0 tries"],
      said: ["payment.processed FAILED"],
    });
  });
});

describe("MongoDB out", () => {
  it("makes a message wait, and nothing of it is lost or done twice", async () => {
    const booking = world().booking();
    await world().database.stop();
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    await world().database.start();
    await world().deliverUntilDone(booking.requested);
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
    });
  });
});
