import { describe, expect, it } from "vitest";
import { reconcile } from "../../workers/payments/src/use-cases/reconcile.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** Reads Stripe's lists to where all that the test made is in them, and collects what is said about it. */
async function compareAll(deps = world().deps()) {
  const said: string[] = [];
  const note = (_: string, fields: object = {}) => void said.push(JSON.stringify(fields));
  deps.logger = { info: () => undefined, warn: note, error: note };
  // Stripe's clock is the machine's own, ours is ahead.
  const to = Date.now();
  for (const _id of ["intents", "refunds"] as const) {
    await deps.reconciliation.write({ _id, from: to - 600_000, to, after: null, rev: 1 });
  }
  world().advance(3 * 3_600_000);
  for (let n = 0; n < 20; n++) await reconcile(deps);
  return said;
}

describe("the comparison with Stripe", () => {
  it("cancels an authorisation that nobody needs, and no other", async () => {
    const failed = await reach(world(), "FAILED");
    const needed = await reach(world(), "AUTHORISED");
    const { _id: paymentId } = await world().payment(failed);
    const stray = await world()
      .stripe.sdk()
      .paymentIntents.create({
        ...{ amount: 12_500, currency: "eur", capture_method: "manual", confirm: true },
        ...{ payment_method: "pm_card_visa", metadata: { bookingId: failed.id, paymentId } },
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
      });
    const said = await compareAll();
    expect(said.filter((text) => text.includes(stray.id))).toHaveLength(1);
    expect((await world().stripe.sdk().paymentIntents.retrieve(stray.id)).status).toBe("canceled");
    expect(await world().end(needed)).toMatchObject({ intents: ["requires_capture after 1 tries"] });
  });

  it("sees a refund of which no webhook has come", async () => {
    const booking = await reach(world(), "CAPTURED");
    await world().refundByHand(booking, 2_500);
    await compareAll();
    expect(await world().payment(booking)).toMatchObject({
      state: "PARTIALLY_REFUNDED",
      refundedAmount: 2_500,
    });
    expect(world().said(booking)).toContain("payment.refunded SUCCESS");
  });

  it("says what a person must decide, and leaves it as it is", async () => {
    const booking = await reach(world(), "AUTHORISED");
    const { intentId } = await world().payment(booking);
    await world().stripe.sdk().paymentIntents.cancel(intentId!);
    const said = await compareAll();
    expect(said.some((text) => text.includes(booking.id) && text.includes('"person"'))).toBe(true);
    expect((await world().payment(booking)).state).toBe("AUTHORISED");
  });

  it("reads one page of each list at a time, goes on where it was, and then rests", async () => {
    const deps = world().deps();
    const asked: (string | null)[] = [];
    deps.provider.list = async (kind, _window, after) => {
      if (kind === "refunds") return { items: [], next: null };
      asked.push(after);
      return { items: [], next: asked.length < 3 ? `pi_${asked.length}` : null };
    };
    for (let n = 0; n < 5; n++) await reconcile(deps);
    expect(asked).toEqual([null, "pi_1", "pi_2"]);
    world().advance(10 * 60_000);
    await reconcile(deps);
    expect(asked).toHaveLength(4);
  });

  it("is left for another time when Stripe is out: the sweep goes on", async () => {
    await world().stripe.fault("GET /v1/payment_intents", "rate_limit", 100);
    await world().sweep();
    expect(await world().deps().reconciliation.find("intents")).toBeNull();
    await world().stripe.heal();
  });
});
