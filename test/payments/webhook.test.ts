import { describe, expect, it } from "vitest";
import { Problem } from "#shared/errors/problem.ts";
import type { Booking } from "./support/booking.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const delivery = ({ id }: Booking, type: string) => world().stripe.inbox.delivery(id, type);

describe("a webhook", () => {
  it("with a wrong signature, or over another body, is refused and changes nothing", async () => {
    const booking = await reach(world(), "ACTION_REQUIRED");
    const before = await world().payment(booking);
    const { raw, signature } = await delivery(booking, "payment_intent.requires_action");
    const refusal = new Problem("INVALID_SIGNATURE");
    await expect(world().takeIn({ raw: `${raw} `, signature })).rejects.toEqual(refusal);
    await expect(world().takeIn({ raw, signature: "" })).rejects.toEqual(refusal);
    await expect(world().takeIn({ raw, signature: signature.replace(/v1=../, "v1=00") })).rejects.toEqual(
      refusal,
    );
    expect(await world().payment(booking)).toEqual(before);
  });

  it("that comes twice has its effect once", async () => {
    const booking = await reach(world(), "ACTION_REQUIRED");
    const { intentId } = await world().payment(booking);
    await world().stripe.sdk().paymentIntents.cancel(intentId!);
    const twice = await delivery(booking, "payment_intent.canceled");
    expect(await world().takeIn(twice)).toBe(true);
    const after = await world().payment(booking);
    expect(await world().takeIn(twice)).toBe(false);
    expect(await world().payment(booking)).toEqual(after);
  });

  it("of what a call of ours did is neither read nor written: the call's answer said it", async () => {
    const booking = await reach(world(), "ACTION_REQUIRED");
    const before = await world().payment(booking);
    expect(await world().takeIn(await delivery(booking, "payment_intent.requires_action"))).toBe(false);
    expect(await world().payment(booking)).toEqual(before);
  });

  it("about an older state changes nothing: the intent is asked for", async () => {
    const booking = await reach(world(), "ACTION_REQUIRED");
    await world().takeIn(await delivery(booking, "payment_intent.created"));
    expect(await world().end(booking)).toMatchObject({ state: "ACTION_REQUIRED" });
  });

  it("is no step: who is about to write a step is not kept from it", async () => {
    const booking = await reach(world(), "ACTION_REQUIRED");
    const read = await world().payment(booking);
    const { payments } = world().deps();
    await payments.takeWebhook({ bookingId: booking.id }, { id: "evt_1", about: "intent" }, read.createdAt);
    expect(await payments.write(read, {}, [])).not.toBeNull();
  });

  it("after the end finds nothing to do, and does not bring the payment before the sweeper again", async () => {
    const booking = await reach(world(), "CAPTURED");
    expect(await world().takeIn(await delivery(booking, "payment_intent.succeeded"))).toBe(false);
    expect((await world().payment(booking)).checkAt).toBeNull();
  });

  it("about something that is not ours is taken in without effect", async () => {
    const { paymentIntents } = world().stripe.sdk();
    const metadata = { bookingId: "bkg_of_nobody" };
    const intent = { amount: 500, currency: "eur", metadata, capture_method: "manual" } as const;
    await paymentIntents.create({ ...intent, automatic_payment_methods: { enabled: true } });
    const stranger = await world().stripe.inbox.delivery("bkg_of_nobody", "payment_intent.created");
    expect(await world().takeIn(stranger)).toBe(false);
  });
});
