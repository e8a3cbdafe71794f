import { describe, expect, it } from "vitest";
import type { PaymentState } from "../../workers/payments/src/core/machine.ts";
import { mongoAuditedPayments } from "../../workers/payments/src/repositories/audited-payments.ts";
import { paymentsAudit } from "../../workers/payments/src/use-cases/audit.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const audit = () => {
  const deps = world().deps();
  return paymentsAudit(deps, mongoAuditedPayments(world().database.pool, deps.send));
};
const statusAt = async (intentId: string) =>
  (await world().stripe.sdk().paymentIntents.retrieve(intentId)).status;
/** An intent for a booking that its payment knows nothing of. */
const stray = (bookingId: string) =>
  world()
    .stripe.sdk()
    .paymentIntents.create({
      ...{ amount: 12_500, currency: "eur", capture_method: "manual", confirm: true },
      ...{ payment_method: "pm_card_visa", metadata: { bookingId } },
      automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    });
const window = { from: 0, to: 4_000_000_000_000 };

describe("what payments tells an auditor", () => {
  it("is each payment with what Stripe has of it, and what these contradict one another in", async () => {
    const taken = await reach(world(), "CAPTURED");
    const given = await reach(world(), "REFUNDED");
    const facts = await audit().paymentsOf([taken.id, given.id, "bkg_none"]);
    expect(facts).toHaveLength(2);
    const of = (id: string) => facts.find(({ bookingId }) => bookingId === id);
    expect(of(taken.id)).toMatchObject({
      ...{ state: "CAPTURED", capturedAmount: 12_500, isAtRest: true, difference: null },
      stripe: { status: "succeeded", received: 12_500, refunded: 0 },
    });
    expect(of(given.id)).toMatchObject({
      ...{ state: "REFUNDED", refundedAmount: 12_500, isUndone: true, difference: null },
      ...{ stripe: { refunded: 12_500 }, refundIds: [expect.stringMatching(/^re_/)] },
    });
  });

  it.each<[string, PaymentState, object, object]>([
    ["a state that Stripe does not confirm", "CAPTURED", { state: "AUTHORISED" }, { mend: "person" }],
    ["another amount than was taken", "CAPTURED", { capturedAmount: 1 }, { mend: "person" }],
    ["another amount than was given back", "REFUNDED", { refundedAmount: 1 }, { mend: "look" }],
    ["an authorisation that it believes to be gone", "AUTHORISED", { state: "VOIDED" }, { mend: "cancel" }],
  ])("names %s", async (_what, state, change, expected) => {
    const booking = await reach(world(), state);
    const { payments } = world().deps();
    const before = await world().payment(booking);
    await payments.write(before, change, []);
    const [facts] = await audit().paymentsOf([booking.id]);
    expect(facts?.difference).toMatchObject({ ...expected, bookingId: booking.id });
    // As it was, for the look at all money afterwards.
    const { state: was, capturedAmount, refundedAmount } = before;
    await payments.write(await world().payment(booking), { state: was, capturedAmount, refundedAmount }, []);
  });

  it("is Stripe's own list, without what each payment's own intent says", async () => {
    const booking = await reach(world(), "AUTHORISED");
    const { id } = await stray(booking.id);
    const { payments } = world().deps();
    // Its own intent contradicts it, too.
    await payments.write(await world().payment(booking), { state: "VOIDED" }, []);
    const page = await audit().stripe({ kind: "intents", window, after: null });
    await payments.write(await world().payment(booking), { state: "AUTHORISED" }, []);
    expect(page.bookingIds).toContain(booking.id);
    expect(page.differences.filter(({ bookingId }) => bookingId === booking.id)).toMatchObject([
      { objectId: id, mend: "cancel" },
    ]);
    await audit().release({ bookingId: booking.id, userId: "usr_1", intentId: id });
  });

  it("is what waits to be sent, and it is sent when that is asked for", async () => {
    world().isKafkaDown = true;
    const booking = await reach(world(), "CREATED");
    await world()
      .deps()
      .payments.write(await world().payment(booking), {}, [
        { topic: "t", partition: 0, key: booking.id, value: '{"occurredAt":"2026-01-01T00:00:00Z"}' },
      ]);
    const since = Date.parse("2026-01-01T00:00:00Z");
    expect(await audit().outbox()).toEqual({ unsent: 1, oldest: [{ key: booking.id, since }] });
    world().isKafkaDown = false;
    expect(await audit().relay(["bkg_other"])).toBe(0);
    expect(await audit().relay([booking.id])).toBe(1);
    expect(await audit().outbox()).toEqual({ unsent: 0, oldest: [] });
  });

  it("is page after page of payments, by their ids", async () => {
    const booked = [await reach(world(), "AUTHORISED"), await reach(world(), "FAILED")];
    const ids: string[] = [];
    for (let afterId = ""; ; ) {
      const page = await audit().payments({ afterId, limit: 1 });
      if (page.length === 0) break;
      ids.push(...page.map(({ bookingId }) => bookingId));
      afterId = page.at(-1)!.id;
    }
    expect(ids.sort()).toEqual(booked.map(({ id }) => id).sort());
  });
});

describe("an authorisation that an auditor gives up", () => {
  const intentOf = async (booking: { id: string }) => (await world().payment(booking as never)).intentId!;

  it.each<PaymentState>(["AUTHORISED", "ACTION_REQUIRED"])(
    "is the payment's own, %s: it is undone",
    async (state) => {
      const booking = await reach(world(), state);
      const intentId = await intentOf(booking);
      const asked = { bookingId: booking.id, userId: "usr_1", intentId };
      expect(await audit().release(asked)).toBe(true);
      expect(await world().payment(booking)).toMatchObject({ state: "VOIDED" });
      expect(await statusAt(intentId)).toBe("canceled");
      expect(world().said(booking)).toContain("payment.voided");
      expect(await audit().release(asked)).toBe(true);
    },
  );

  it("is never one by which money was taken", async () => {
    for (const state of ["CAPTURED", "CAPTURING", "REFUNDING"] as const) {
      const booking = await reach(world(), state);
      const intentId = await intentOf(booking);
      expect(await audit().release({ bookingId: booking.id, userId: "usr_1", intentId })).toBe(false);
      expect((await world().payment(booking)).state).toBe(state);
      expect(await statusAt(intentId)).not.toBe("canceled");
    }
  });

  it("is not one that may be being made, nor one of nobody's", async () => {
    const booking = await reach(world(), "CREATED");
    const { id } = await stray(booking.id);
    expect(await audit().release({ bookingId: booking.id, userId: "usr_1", intentId: id })).toBe(false);
    expect(await audit().release({ bookingId: "bkg_none", userId: "usr_1", intentId: id })).toBe(false);
    expect(await statusAt(id)).toBe("requires_capture");
    await world().stripe.sdk().paymentIntents.cancel(id);
  });
});

describe("a look that an auditor asks for", () => {
  it("takes in a refund that nobody has reported, twice over as well", async () => {
    const booking = await reach(world(), "CAPTURED");
    await world().refundByHand(booking, 2_500);
    expect(await audit().look(booking.id)).toBe(true);
    world().advance(1);
    expect(await audit().look(booking.id)).toBe(true);
    expect(await world().payment(booking)).toMatchObject({
      state: "PARTIALLY_REFUNDED",
      refundedAmount: 2_500,
    });
    expect(
      world()
        .said(booking)
        .filter((said) => said === "payment.refunded SUCCESS"),
    ).toHaveLength(1);
  });

  it("finds nothing to look at where there is no payment, or nothing more can happen to it", async () => {
    const booking = await reach(world(), "FAILED");
    expect(await audit().look(booking.id)).toBe(false);
    expect(await audit().look("bkg_none")).toBe(false);
  });
});
