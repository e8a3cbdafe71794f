import { describe, expect, it } from "vitest";
import { Unavailable } from "#shared/errors/problem.ts";
import { reach } from "../payments/support/states.ts";
import { LOCK_TTL_MS } from "./support/house.ts";
import { PRICE, useSaga } from "./support/saga.ts";

const saga = useSaga();
const world = () => saga().money;

/** Long enough for a busy machine to answer, short for a test to wait. */
const IMPATIENT_MS = 1_000;

const MODES = [
  { mode: "error_before", what: "failing before it acted" },
  { mode: "error_after", what: "failing after it acted" },
  { mode: "disconnect_after", what: "cut off after it acted" },
  { mode: "timeout", what: "slow: without an answer in time" },
  { mode: "rate_limit", what: "overloaded" },
] as const;
const INTENTS = "/v1/payment_intents";

describe.each(MODES)("Stripe $what ($mode)", ({ mode }) => {
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

describe("Stripe unreachable until payBy has passed", () => {
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

describe("Stripe slow", () => {
  /** A confirmation that is given up, and that reaches Stripe only later: when the returned function is called. */
  function lateConfirmation() {
    const deps = world().deps();
    const { confirm } = deps.provider;
    let reachesStripe: () => Promise<unknown> = () => Promise.reject(new Error("nobody has confirmed"));
    deps.provider.confirm = (...call) => {
      reachesStripe = () => confirm(...call);
      return Promise.reject(new Unavailable("stripe", "no answer in time"));
    };
    return { deps, reachStripe: () => reachesStripe() };
  }

  it("to act until it is asked again: one charge", async () => {
    const booking = world().booking();
    const { deps, reachStripe } = lateConfirmation();
    expect(await world().deliver(booking.requested, deps)).toBe("unavailable");
    expect(await world().deliver(booking.requested)).toBe("done");
    await reachStripe();
    expect(await world().end(booking)).toMatchObject({
      ...{ state: "AUTHORISED", intents: ["requires_capture after 1 tries"] },
      said: ["payment.processed SUCCESS"],
    });
  });

  it("to act until the booking was given up: no charge", async () => {
    const booking = world().booking();
    const { deps, reachStripe } = lateConfirmation();
    expect(await world().deliver(booking.requested, deps)).toBe("unavailable");
    expect(await world().deliver(booking.failed)).toBe("done");
    await reachStripe();
    expect(await world().end(booking)).toMatchObject({
      ...{ state: "VOIDED", intents: ["canceled after 0 tries"], said: ["payment.voided"] },
    });
  });
});

describe("a booking while Stripe is", () => {
  const CONFIRMED = {
    ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
  };
  const CALLS = [
    ["confirm", "/v1/payment_intents/*/confirm"],
    ["capture", "/v1/payment_intents/*/capture"],
  ] as const;

  it("unreachable waits, and is confirmed once it is back", async () => {
    await world().stripe.cutOff();
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(60_000);
    await saga().alarms();
    expect(await saga().find(id)).toMatchObject({ state: "PAYING" });
    await world().stripe.heal();
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual(CONFIRMED);
  });

  it("unreachable for longer than its lock has failed, and nothing is charged once it is back", async () => {
    await world().stripe.cutOff();
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(LOCK_TTL_MS);
    await saga().alarms();
    expect(await saga().house.status("A-1")).toBe("AVAILABLE");
    await world().stripe.heal();
    await saga().alarms();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED LOCK_EXPIRED", seats: "EXPIRED A-1", intents: [], refunded: 0 },
    });
  });

  it.each(CALLS)("slow in its answer to %s is confirmed, charged once", async (call) => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow(call, "after", async () => {
      saga().pass(60_000);
      await saga().alarms();
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual(CONFIRMED);
  });

  it.each(CALLS)("failing after it acted on %s is confirmed, charged once", async (_call, path) => {
    for (const mode of ["error_after", "disconnect_after"]) {
      const seatId = mode === "error_after" ? "A-1" : "A-2";
      await world().stripe.fault(`POST ${path}`, mode);
      const id = await saga().book("usr_1", [seatId]);
      expect(await saga().standing(id)).toEqual({ ...CONFIRMED, seats: `RESERVED ${seatId}` });
    }
  });

  it.each(["error_after", "disconnect_after"])(
    "failing after it gave the money back (%s): a cancelled booking is refunded once",
    async (mode) => {
      const id = await saga().book("usr_1", ["A-1"]);
      await world().stripe.fault("POST /v1/refunds", mode);
      expect(await saga().cancel("usr_1", id)).toBe(PRICE);
      await saga().kafka.run();
      expect(await saga().standing(id)).toEqual({
        ...{ booking: "CANCELLED", seats: "RELEASED A-1", refunded: PRICE },
        intents: ["succeeded after 1 tries"],
      });
    },
  );
});
