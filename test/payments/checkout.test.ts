import { describe, expect, it } from "vitest";
import type { Booking } from "./support/booking.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** https://docs.stripe.com/testing */
const DECLINED = "4000000000000002";
const AUTHENTICATED = "4000002500003155";

const begin = async () => {
  const booking = world().booking({ card: null });
  expect(await world().deliver(booking.requested)).toBe("done");
  expect(await world().end(booking)).toMatchObject({
    state: "ACTION_REQUIRED",
    intents: [],
    said: ["payment.action-required"],
  });
  return booking;
};
const sessionOf = async (booking: Booking) => {
  const { checkout } = await world().payment(booking);
  return world().stripe.sdk().checkout.sessions.retrieve(checkout!.id);
};
const hear = async (booking: Booking, type: string) =>
  world().takeIn(await world().stripe.inbox.delivery(booking.id, type));
const authorised = async (booking: Booking, tries = 1) =>
  expect(await world().end(booking)).toMatchObject({
    state: "AUTHORISED",
    intents: [`requires_capture after ${tries} tries`],
    said: ["payment.action-required", "payment.processed SUCCESS"],
  });

describe("a buyer without a card", () => {
  it("is sent to Stripe's page, which nobody else hears of [payment AUTHORISING: requires_action]", async () => {
    const booking = await begin();
    const { checkout, intentId } = await world().payment(booking);
    expect(intentId).toBeNull();
    const [message] = world().sent;
    expect(JSON.parse(message!.value).payload).toMatchObject({ kind: "redirect" });
    expect(message!.value).not.toContain(checkout!.url);
    const session = await sessionOf(booking);
    expect(session).toMatchObject({
      url: checkout!.url,
      amount_total: 12_500,
      currency: "eur",
      metadata: { bookingId: booking.id },
      success_url: `http://127.0.0.1:9/back?from=stripe&bookingId=${booking.id}&outcome=paid`,
      cancel_url: `http://127.0.0.1:9/back?from=stripe&bookingId=${booking.id}&outcome=left`,
    });
    // The least that Stripe allows, counted from payBy.
    expect(session.expires_at - session.created).toBeLessThan(240 + 32 * 60);
  });

  it("is authorised when the webhook reports that they paid, and the intent is learned from the page [payment ACTION_REQUIRED: requires_capture]", async () => {
    const booking = await begin();
    expect((await world().payOnPage(booking)).status).toBe(303);
    expect(await hear(booking, "checkout.session.completed")).toBe(true);
    await authorised(booking);
    const { payment_intent } = await sessionOf(booking);
    expect((await world().payment(booking)).intentId).toBe(payment_intent);
    await world().deliver(booking.capture);
    expect(await world().end(booking)).toMatchObject({ state: "CAPTURED", capturedAmount: 12_500 });
  });

  it("is authorised by the intent's own webhook, whose booking is named in it", async () => {
    const booking = await begin();
    await world().payOnPage(booking);
    await hear(booking, "payment_intent.amount_capturable_updated");
    await authorised(booking);
    expect(await hear(booking, "checkout.session.completed")).toBe(false);
  });

  it("is authorised by the sweep when no webhook comes", async () => {
    const booking = await begin();
    await world().payOnPage(booking);
    world().advance(30_000);
    await world().sweep();
    await authorised(booking);
  });

  it("may authenticate on the way", async () => {
    const booking = await begin();
    const { headers } = await world().payOnPage(booking, AUTHENTICATED);
    const { checkout } = await world().payment(booking);
    const bank = new URL(headers.get("location")!, checkout!.url);
    await fetch(bank, {
      method: "POST",
      body: new URLSearchParams({ outcome: "complete" }),
      redirect: "manual",
    });
    await hear(booking, "checkout.session.completed");
    await authorised(booking);
  });

  it("may try another card after a decline", async () => {
    const booking = await begin();
    expect((await world().payOnPage(booking, DECLINED)).status).toBe(402);
    await hear(booking, "payment_intent.payment_failed");
    expect(await world().end(booking)).toMatchObject({ state: "ACTION_REQUIRED" });
    await world().payOnPage(booking);
    await hear(booking, "checkout.session.completed");
    await authorised(booking, 2);
  });

  it("gets one page, however often the making of it is interrupted", async () => {
    for (const mode of ["error_before", "disconnect_after"]) {
      const booking = world().booking({ card: null });
      await world().stripe.fault("POST /v1/checkout/sessions", mode);
      expect(await world().deliver(booking.requested)).toBe("unavailable");
      world().advance(70_000);
      await world().deliverUntilDone(booking.requested);
      const sessions = await world().stripe.sdk().checkout.sessions.list({ limit: 100 });
      const ours = sessions.data.filter(({ metadata }) => metadata?.bookingId === booking.id);
      expect(ours).toHaveLength(1);
      expect((await world().payment(booking)).checkout?.id).toBe(ours[0]!.id);
    }
  });

  it("fails at once when Stripe takes no such amount [payment CREATED: intent.refused]", async () => {
    const booking = world().booking({ card: null, amount: 10 });
    expect(await world().deliver(booking.requested)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "FAILED", failureReason: "amount_too_small" });
  });
});

describe("a page that is abandoned", () => {
  it("is closed at payBy, and then the payment fails [payment ACTION_REQUIRED: payBy]", async () => {
    const booking = await begin();
    world().advance(239_999);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "ACTION_REQUIRED" });
    world().advance(1);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "not paid in time",
      intents: [],
      said: ["payment.action-required", "payment.processed FAILED"],
    });
    expect((await sessionOf(booking)).status).toBe("expired");
    expect((await world().payOnPage(booking)).status).toBe(410);
    expect(await hear(booking, "checkout.session.expired")).toBe(false);
  });

  it("after a decline fails with what the card came to", async () => {
    const booking = await begin();
    await world().payOnPage(booking, DECLINED);
    world().advance(240_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({
      state: "FAILED",
      failureReason: "generic_decline",
      intents: ["canceled after 1 tries"],
    });
  });

  it("fails by the webhook when Stripe closes it first [payment ACTION_REQUIRED: canceled]", async () => {
    const booking = await begin();
    const { checkout } = await world().payment(booking);
    await world().stripe.sdk().checkout.sessions.expire(checkout!.id);
    await hear(booking, "checkout.session.expired");
    expect(await world().end(booking)).toMatchObject({ state: "FAILED", failureReason: "canceled" });
  });

  it("of a Stripe that has forgotten it fails", async () => {
    const booking = await begin();
    await world().stripe.wipe();
    world().advance(30_000);
    await world().sweep();
    expect(await world().end(booking)).toMatchObject({ state: "FAILED" });
  });

  it.each(["error_before", "error_after", "disconnect_after"])(
    "is closed in the end, also when closing it meets %s",
    async (mode) => {
      const booking = await begin();
      world().advance(240_000);
      await world().stripe.fault("POST /v1/checkout/sessions/*/expire", mode);
      await world().sweep();
      world().advance(30_000);
      await world().sweep();
      expect(await world().end(booking)).toMatchObject({ state: "FAILED", intents: [] });
    },
  );
});

describe("a page that is paid in the last moment", () => {
  /** The buyer pays after our look at the page, and before we close it. */
  const payBeforeClosing = (booking: Booking) => {
    const deps = world().deps();
    const { closePage } = deps.provider;
    deps.provider.closePage = async (...call) => {
      await world().payOnPage(booking);
      return closePage(...call);
    };
    return deps;
  };

  it("at payBy counts as authorised", async () => {
    const booking = await begin();
    world().advance(240_000);
    await world().sweep(payBeforeClosing(booking));
    await authorised(booking);
  });

  it("under an undo is given back", async () => {
    const booking = await begin();
    expect(await world().deliver(booking.cancelled, payBeforeClosing(booking))).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 1 tries"],
      said: ["payment.action-required", "payment.voided"],
    });
  });

  it("and heard of after payBy counts as authorised", async () => {
    const booking = await begin();
    await world().payOnPage(booking);
    world().advance(300_000);
    await world().sweep();
    await authorised(booking);
  });
});

describe("an undo", () => {
  it("while the page is open closes it [payment ACTION_REQUIRED: undo]", async () => {
    const booking = await begin();
    await world().payOnPage(booking, DECLINED);
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 1 tries"],
      said: ["payment.action-required", "payment.voided"],
    });
    expect((await sessionOf(booking)).status).toBe("expired");
  });

  it("of what was authorised on the page gives it back", async () => {
    const booking = await begin();
    await world().payOnPage(booking);
    await hear(booking, "checkout.session.completed");
    expect(await world().deliver(booking.failed)).toBe("done");
    expect(await world().end(booking)).toMatchObject({
      state: "VOIDED",
      intents: ["canceled after 1 tries"],
    });
  });

  it("before the page is heard of leaves one that nobody knows", async () => {
    const booking = world().booking({ card: null });
    await world().stripe.fault("POST /v1/checkout/sessions", "disconnect_after");
    await world().deliver(booking.requested);
    expect(await world().deliver(booking.cancelled)).toBe("done");
    expect(await world().end(booking)).toMatchObject({ state: "VOIDED", intents: [] });
  });
});
