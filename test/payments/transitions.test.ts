import { describe, expect, it } from "vitest";
import type { PaymentState } from "../../workers/payments/src/core/machine.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/*
 * What others ask of a payment, written once more by hand: the outcome, the state that it ends in once Stripe has been
 * asked for everything, and what is said then. What Stripe's word does is in core/transitions.test.ts.
 */
type Asked = [PaymentState, string, PaymentState, string[]];

const VOID = ["payment.voided"];
const REFUND = ["payment.refunded SUCCESS"];
const TAKEN = ["payment.captured SUCCESS"];
const NOT_TAKEN = ["payment.captured FAILED"];

const undos: Asked[] = [
  ["CREATED", "done", "VOIDED", VOID],
  ["AUTHORISING", "done", "VOIDED", VOID],
  ["ACTION_REQUIRED", "done", "VOIDED", VOID],
  ["AUTHORISED", "done", "VOIDED", VOID],
  ["CAPTURING", "early", "CAPTURING", []],
  ["CAPTURED", "done", "REFUNDED", REFUND],
  ["CAPTURE_FAILED", "done", "CAPTURE_FAILED", VOID],
  ["VOIDED", "done", "VOIDED", VOID],
  ["FAILED", "done", "FAILED", VOID],
  ["PARTIALLY_REFUNDED", "done", "REFUNDED", REFUND],
  ["REFUNDED", "done", "REFUNDED", REFUND],
  ["REFUND_FAILED", "done", "REFUND_FAILED", ["payment.refunded FAILED"]],
];
const captures: Asked[] = [
  ["CREATED", "early", "CREATED", []],
  ["AUTHORISING", "early", "AUTHORISING", []],
  ["ACTION_REQUIRED", "early", "ACTION_REQUIRED", []],
  ["AUTHORISED", "done", "CAPTURED", TAKEN],
  ["CAPTURED", "done", "CAPTURED", TAKEN],
  ["CAPTURE_FAILED", "done", "CAPTURE_FAILED", NOT_TAKEN],
  ["VOIDING", "early", "VOIDING", []],
  ["VOIDED", "done", "VOIDED", NOT_TAKEN],
  ["FAILED", "done", "FAILED", NOT_TAKEN],
  ["PARTIALLY_REFUNDED", "done", "PARTIALLY_REFUNDED", TAKEN],
  ["REFUNDING", "done", "REFUNDING", TAKEN],
  ["REFUNDED", "done", "REFUNDED", TAKEN],
  ["REFUND_FAILED", "done", "REFUND_FAILED", TAKEN],
];
const requests: Asked[] = [
  ["ACTION_REQUIRED", "done", "ACTION_REQUIRED", ["payment.action-required"]],
  ["AUTHORISED", "done", "AUTHORISED", ["payment.processed SUCCESS"]],
  ["CAPTURED", "done", "CAPTURED", TAKEN],
  ["CAPTURE_FAILED", "done", "CAPTURE_FAILED", NOT_TAKEN],
  ["VOIDED", "done", "VOIDED", VOID],
  ["FAILED", "done", "FAILED", ["payment.processed FAILED"]],
];

const ask = async (name: "requested" | "capture" | "cancelled", [state, outcome, then, said]: Asked) => {
  const booking = await reach(world(), state);
  const from = world().sent.length;
  expect(await world().deliver(booking[name])).toBe(outcome);
  expect((await world().payment(booking)).state).toBe(then);
  expect(world().said(booking, from)).toEqual(said);
};

describe("what is asked of a payment", () => {
  it.each(undos)("[payment %s: undo] is %s, ends in %s", (...cell) => ask("cancelled", cell));
  it.each(captures)("[payment %s: payment.capture] is %s, ends in %s", (...cell) => ask("capture", cell));
  it.each(requests)("[payment %s: payment.requested] is %s, ends in %s", (...cell) => ask("requested", cell));

  it("[payment NONE: payment.requested] [payment CREATED: intent.made] makes an intent, which is authorised", async () => {
    const booking = world().booking();
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
    });
  });

  it("[payment NONE: payment.capture] is early; [payment NONE: undo] leaves a tombstone", async () => {
    const booking = world().booking();
    expect(await world().deliver(booking.capture)).toBe("early");
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect((await world().payment(booking)).state).toBe("VOIDED");
    expect(world().said(booking)).toEqual(VOID);
  });

  it("[payment CREATED: nothing-to-pay] is authorised without Stripe", async () => {
    const booking = world().booking({ amount: 0 });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "AUTHORISED", intents: [] });
  });

  it("[payment CREATED: intent.refused] fails", async () => {
    const booking = world().booking({ amount: 10 });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect((await world().payment(booking)).state).toBe("FAILED");
  });

  it("[payment CREATED: payBy] fails without an intent", async () => {
    const booking = await reach(world(), "CREATED");
    world().advance(240_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "FAILED", intents: [] });
  });
});
