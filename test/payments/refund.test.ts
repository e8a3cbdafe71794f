import { describe, expect, it } from "vitest";
import type { Booking } from "./support/booking.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const REFUNDS = "POST /v1/refunds";

const captured = async (card = "pm_card_visa") => {
  const booking = world().booking({ card });
  await world().deliver(booking.requested);
  expect(await world().deliver(booking.capture)).toBe("done");
  return booking;
};
const refundsOf = async (booking: Booking) => {
  const [intent] = await world().intents(booking);
  return intent!.refunds.map(
    ({ isOurs, amount, status }) => `${isOurs ? "ours" : "theirs"} ${amount} ${status}`,
  );
};
const hearOfRefund = async (booking: Booking, type = "charge.refunded") => {
  const { intentId } = await world().payment(booking);
  return world().takeIn(await world().stripe.inbox.delivery(intentId!, type));
};
/** The payload of the last message of a kind. */
const told = (booking: Booking, type: string) =>
  world()
    .sent.filter(({ key }) => key === booking.id)
    .map(({ value }) => JSON.parse(value))
    .findLast((message) => message.type === type)?.payload;

describe("an undo of money that was taken", () => {
  it.each(["failed", "cancelled"] as const)(
    "by booking.%s gives it back, and says so [payment CAPTURED: undo] [payment REFUNDING: refunds.all]",
    async (name) => {
      const booking = await captured();
      const from = world().sent.length;
      expect(await world().deliver(booking[name])).toBe("done");
      expect(await world().end(booking)).toMatchObject({ state: "REFUNDED", unsent: false });
      expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
      expect(world().said(booking, from)).toEqual(["payment.refunded SUCCESS"]);
      const { _id: paymentId, refunds, refundedAmount } = await world().payment(booking);
      expect(refundedAmount).toBe(12_500);
      expect(told(booking, "payment.refunded")).toEqual({
        ...{ bookingId: booking.id, paymentId, refundId: refunds[0]!.id, status: "SUCCESS" },
        ...{ amount: 12_500, currency: "EUR", initiator: "UNDO", failureReason: null },
      });
    },
  );

  it.each(["error_before", "error_after", "disconnect_after", "timeout", "rate_limit"])(
    "gives it back once, also when Stripe meets it with %s",
    async (mode) => {
      const booking = await captured();
      await world().stripe.fault(REFUNDS, mode);
      const deps = world().deps(mode === "timeout" ? 1_000 : undefined);
      expect(await world().deliver(booking.cancelled, deps)).toBe("unavailable");
      expect((await world().payment(booking)).state).toBe("REFUNDING");
      await world().deliverUntilDone(booking.cancelled);
      expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
      expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
    },
  );

  it.each(["sweep", "webhook"])("whose call ended without an answer is found by the %s", async (by) => {
    const booking = await captured();
    await world().stripe.fault(REFUNDS, "disconnect_after");
    await world().deliver(booking.cancelled);
    if (by === "webhook") expect(await hearOfRefund(booking)).toBe(true);
    else {
      world().advance(30_000);
      await world().sweep();
    }
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
    expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
  });

  it("reported before the API's answer is taken once", async () => {
    const booking = await captured();
    const deps = world().deps();
    const { refund } = deps.provider;
    deps.provider.refund = async (...call) => {
      const made = await refund(...call);
      expect(await hearOfRefund(booking)).toBe(true);
      expect((await world().payment(booking)).state).toBe("REFUNDED");
      return made;
    };
    const from = world().sent.length;
    expect(await world().deliver(booking.cancelled, deps)).toBe("done");
    expect(world().sent.length).toBe(from + 1);
    expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
  });

  it("reported after the API's answer says nothing again", async () => {
    const booking = await reach(world(), "REFUNDED");
    const from = world().sent.length;
    expect(await hearOfRefund(booking)).toBe(true);
    expect(await world().payment(booking)).toMatchObject({ state: "REFUNDED", checkAt: null });
    expect(world().sent.length).toBe(from);
  });

  it("that comes again is answered again, and refunds nothing more [payment REFUNDED: undo]", async () => {
    const booking = await reach(world(), "REFUNDED");
    const from = world().sent.length;
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(world().said(booking, from)).toEqual(["payment.refunded SUCCESS"]);
    expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
  });

  it("of nothing is answered without Stripe", async () => {
    const booking = world().booking({ amount: 0 });
    await world().deliver(booking.requested);
    await world().deliver(booking.capture);
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED", intents: [] });
    expect(told(booking, "payment.refunded")).toMatchObject({ status: "SUCCESS", amount: 0, refundId: null });
  });

  it("by three at once refunds once", async () => {
    for (let round = 0; round < 5; round++) {
      const booking = await captured();
      await Promise.allSettled([
        world().deliver(booking.cancelled),
        world().deliver(booking.failed),
        world().deliver(booking.cancelled),
      ]);
      await world().deliverUntilDone(booking.cancelled);
      expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
      expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
    }
  });

  it("of what somebody captured while it was being voided [payment VOIDING: succeeded]", async () => {
    const booking = await reach(world(), "VOIDING");
    const { intentId } = await world().payment(booking);
    await world().stripe.sdk().paymentIntents.capture(intentId!);
    await world().deliverUntilDone(booking.failed);
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED", capturedAmount: 12_500 });
    expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
  });
});

describe("a refund that takes time", () => {
  it("is not answered before it has gone through", async () => {
    const booking = await captured("pm_card_pendingRefund");
    const from = world().sent.length;
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDING" });
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(world().said(booking, from)).toEqual([]);
    expect(await refundsOf(booking)).toEqual(["ours 12500 pending"]);
    await world().refundsSettle(booking, "refund.updated");
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
    expect(world().said(booking, from)).toEqual(["payment.refunded SUCCESS"]);
  });

  it("is looked for by the sweeper, at growing intervals", async () => {
    const booking = await captured("pm_card_pendingRefund");
    await world().deliver(booking.cancelled);
    const deps = world().deps();
    const { aftermath } = deps.provider;
    let looks = 0;
    deps.provider.aftermath = (id) => {
      looks++;
      return aftermath(id);
    };
    for (let minute = 0; minute < 60; minute++) {
      world().advance(60_000);
      await world().sweep(deps);
    }
    expect(looks).toBeGreaterThan(3);
    expect(looks).toBeLessThan(12);
    world().stripe.advance(3_000);
    world().advance(6 * 3_600_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
  });
});

describe("a refund that fails", () => {
  const failed = async (failure: string) => {
    const booking = await captured();
    const deps = world().deps();
    deps.provider.refund = async () => ({ status: "refused", failure });
    expect(await world().deliver(booking.cancelled, deps)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "REFUND_FAILED", failureReason: failure });
    return { booking, deps };
  };

  it("days later is told then, and stays: trying again would not help [payment REFUNDED: refund.failed] [payment REFUND_FAILED: undo]", async () => {
    const booking = await reach(world(), "REFUND_FAILED");
    expect(await world().payment(booking)).toMatchObject({
      failureReason: "expired_or_canceled_card",
      refundedAmount: 0,
    });
    expect(told(booking, "payment.refunded")).toMatchObject({
      ...{ status: "FAILED", amount: 12_500, initiator: "UNDO", failureReason: "expired_or_canceled_card" },
    });
    const from = world().sent.length;
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(world().said(booking, from)).toEqual(["payment.refunded FAILED"]);
    expect(await refundsOf(booking)).toEqual(["ours 12500 failed"]);
  });

  it("because the money has been charged back stays, with that reason [payment REFUNDING: refund.failed]", async () => {
    const booking = await captured("pm_card_createDispute");
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "REFUND_FAILED",
      failureReason: "charge_disputed",
    });
    expect(world().said(booking)).toContain("payment.disputed");
  });

  it("for a reason that passes is tried again with another key, five times at most", async () => {
    const { booking, deps } = await failed("balance_insufficient");
    for (let tries = 2; tries <= 5; tries++) {
      const from = world().sent.length;
      expect(await world().deliver(booking.cancelled, deps)).toBe("done");
      expect(await world().payment(booking)).toMatchObject({ refundTries: tries, keyNumber: tries });
      expect(world().said(booking, from)).toEqual(["payment.refunded FAILED"]);
    }
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().payment(booking)).toMatchObject({ state: "REFUND_FAILED", refundTries: 5 });
    expect(await refundsOf(booking)).toEqual([]);
  });

  it("and then can go through is answered as such", async () => {
    const { booking } = await failed("insufficient_funds");
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED", failureReason: null });
    expect(await refundsOf(booking)).toEqual(["ours 12500 succeeded"]);
  });

  it("and is then made by a person, is answered to the undo [payment REFUND_FAILED: refunds.all]", async () => {
    const { booking } = await failed("declined");
    await world().refundByHand(booking);
    await hearOfRefund(booking);
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
    expect(told(booking, "payment.refunded")).toMatchObject({
      initiator: "UNDO",
      status: "SUCCESS",
      amount: 0,
    });
    expect(world().said(booking)).toContain("payment.refunded SUCCESS");
  });
});

describe("what somebody refunds at Stripe", () => {
  it("in part is seen, and an undo gives back the rest [payment CAPTURED: refunds.some] [payment PARTIALLY_REFUNDED: undo]", async () => {
    const booking = await reach(world(), "PARTIALLY_REFUNDED");
    expect((await world().payment(booking)).refundedAmount).toBe(2_500);
    expect(told(booking, "payment.refunded")).toMatchObject({ initiator: "PROVIDER", amount: 2_500 });
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
    expect(told(booking, "payment.refunded")).toMatchObject({ initiator: "UNDO", amount: 10_000 });
    expect((await refundsOf(booking)).sort()).toEqual(["ours 10000 succeeded", "theirs 2500 succeeded"]);
  });

  it("bit by bit is told each once, until nothing is left [payment PARTIALLY_REFUNDED: refunds.all]", async () => {
    const booking = await reach(world(), "PARTIALLY_REFUNDED");
    await world().refundByHand(booking);
    const last = world().stripe.inbox.delivery((await world().payment(booking)).intentId!, "refund.created");
    expect(await world().takeIn(await last)).toBe(true);
    expect(await world().end(booking)).toMatchObject({ state: "REFUNDED" });
    const told = world().sent.filter(({ value }) => JSON.parse(value).type === "payment.refunded");
    expect(told.map(({ value }) => JSON.parse(value).payload.amount)).toEqual([2_500, 10_000]);
  });

  it("in full, an undo is answered without another refund [payment CAPTURED: refunds.all]", async () => {
    const booking = await captured();
    await world().refundByHand(booking);
    await hearOfRefund(booking);
    expect(await world().payment(booking)).toMatchObject({ state: "REFUNDED", isUndone: false });
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(told(booking, "payment.refunded")).toMatchObject({
      initiator: "UNDO",
      status: "SUCCESS",
      amount: 0,
    });
    expect(await refundsOf(booking)).toEqual(["theirs 12500 succeeded"]);
  });

  it("in the moment of the undo is not refunded again", async () => {
    const booking = await captured();
    const deps = world().deps();
    const { refund } = deps.provider;
    deps.provider.refund = async (...call) => {
      deps.provider.refund = refund;
      await world().refundByHand(booking, 5_000);
      return refund(...call);
    };
    // Stripe refuses the whole, since a part is gone.
    expect(await world().deliver(booking.cancelled, deps)).toBe("done");
    expect((await refundsOf(booking)).toSorted()).toEqual(["ours 7500 succeeded", "theirs 5000 succeeded"]);
    expect(await world().payment(booking)).toMatchObject({ state: "REFUNDED", refundedAmount: 12_500 });
  });

  it("and what fails then leaves the money here, told as such [payment CAPTURED: refund.failed]", async () => {
    const booking = await captured("pm_card_refundFail");
    await world().refundByHand(booking);
    world().stripe.advance(3_000);
    await world().stripe.sdk().refunds.list({ limit: 1 });
    await hearOfRefund(booking, "refund.failed");
    expect(await world().payment(booking)).toMatchObject({ state: "REFUND_FAILED", isUndone: false });
    expect(told(booking, "payment.refunded")).toMatchObject({ initiator: "PROVIDER", status: "FAILED" });
  });
});
