import { describe, expect, it } from "vitest";
import { Problem } from "#shared/errors/problem.ts";
import type { Booking } from "./support/booking.ts";
import { reach } from "./support/states.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const AUTHORISED = "payment_intent.amount_capturable_updated";
const DECLINED = "payment_intent.payment_failed";

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
    const twice = await delivery(booking, "payment_intent.requires_action");
    expect(await world().takeIn(twice)).toBe(true);
    const after = await world().payment(booking);
    expect(await world().takeIn(twice)).toBe(false);
    expect(await world().payment(booking)).toEqual(after);
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

describe("an authorisation", () => {
  const authorisedOnce = async (booking: Booking) =>
    expect(await world().end(booking)).toMatchObject({
      state: "AUTHORISED",
      intents: ["requires_capture after 1 tries"],
      said: ["payment.processed SUCCESS"],
    });

  it("reported before the API answers is taken once", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { confirm } = deps.provider;
    deps.provider.confirm = async (...call) => {
      const intent = await confirm(...call);
      expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(true);
      expect(await world().payment(booking)).toMatchObject({ state: "AUTHORISED" });
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    await authorisedOnce(booking);
  });

  it("reported instead of the API's answer is taken, and the redelivery finds it done", async () => {
    const booking = world().booking();
    await world().stripe.fault("POST /v1/payment_intents/*/confirm", "disconnect_after");
    expect(await world().deliver(booking.requested)).toBe("unavailable");
    expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(true);
    await authorisedOnce(booking);
    expect(await world().deliver(booking.requested)).toBe("done");
    await authorisedOnce(booking);
  });

  it("reported after the API's answer changes nothing", async () => {
    const booking = await reach(world(), "AUTHORISED");
    expect(await world().takeIn(await delivery(booking, AUTHORISED))).toBe(false);
    await authorisedOnce(booking);
  });

  it("is not lost when the first report of the new intent comes while it is being stored", async () => {
    const booking = world().booking();
    const deps = world().deps();
    const { createIntent } = deps.provider;
    deps.provider.createIntent = async (...call) => {
      const intent = await createIntent(...call);
      // It drives the payment to its end, ahead of who made the intent.
      await world().takeIn(await delivery(booking, "payment_intent.created"));
      return intent;
    };
    expect(await world().deliver(booking.requested, deps)).toBe("done");
    await authorisedOnce(booking);
  });
});

describe("a decline", () => {
  it.each(["confirm", "cancel"] as const)(
    "reported before %s answers keeps the card's own code",
    async (operation) => {
      const booking = world().booking({ card: "pm_card_chargeDeclinedInsufficientFunds" });
      const deps = world().deps();
      const call = deps.provider[operation] as (...args: unknown[]) => Promise<never>;
      const slow = async (...args: unknown[]) => {
        const intent = await call(...args);
        await world().takeIn(await delivery(booking, DECLINED));
        return intent;
      };
      Object.assign(deps.provider, { [operation]: slow });
      expect(await world().deliver(booking.requested, deps)).toBe("done");
      expect(await world().end(booking)).toMatchObject({
        state: "FAILED",
        failureReason: "insufficient_funds",
        intents: ["canceled after 1 tries"],
        said: ["payment.processed FAILED"],
      });
    },
  );
});
