import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import type { Payment } from "#local/e2e/context.ts";
import { until } from "#local/e2e/until.ts";
import { book, bookingBody, decided, intentsOf, paymentOf, statusOf, stepsOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { newEvent, newVenue, PRICE } from "../support/events.ts";
import { config, secrets, someone } from "../support/world.ts";

const organiser = await someone("ORGANISER");
const buyer = await someone();
const eventId = await newEvent(organiser, await newVenue(organiser));
const stripe = new Stripe(secrets.stripeKey, {
  ...{ host: "127.0.0.1", port: config.ports.stripe, protocol: "http", telemetry: false },
});

/** https://docs.stripe.com/testing */
const bookWith = (card: string, seatId: string) =>
  book(buyer, bookingBody(eventId, [seatId], { paymentMethod: { type: "card", token: card } }));

/** A failed booking whose seats and money are clear. */
async function undone(bookingId: string, seatId: string) {
  await until(
    "a free seat",
    () => statusOf(eventId, [seatId]),
    (seats) => seats[seatId] === "AVAILABLE",
  );
  const intents = await until(
    "an end of every intent",
    () => intentsOf(bookingId),
    (found) => found.every(({ status }) => status === "canceled"),
  );
  expect(intents.map(({ captured, held }) => ({ captured, held }))).toEqual(
    intents.map(() => ({ captured: 0, held: 0 })),
  );
  return intents;
}

/** What the buyer's own page does: the bank's question, answered (see local/stripe/README.md). */
async function authenticate(bookingId: string, outcome: "complete" | "fail"): Promise<Payment> {
  const payment = await until(
    "a payment that waits for the buyer",
    () => buyer.get<Payment>(`/api/payments/booking/${bookingId}`).catch(notFoundYet),
    (answer) => answer?.body.status === "ACTION_REQUIRED",
  );
  const { providerTransactionId, nextAction } = payment!.body;
  expect(nextAction).toMatchObject({ clientSecret: expect.stringContaining(providerTransactionId!) });
  const intent = await stripe.paymentIntents.retrieve(providerTransactionId!);
  const action = intent.next_action as unknown as { use_stripe_sdk: { stripe_js: string } };
  await fetch(action.use_stripe_sdk.stripe_js, { method: "POST", body: new URLSearchParams({ outcome }) });
  return payment!.body;
}
const notFoundYet = () => null;

describe("a card", () => {
  it.each([
    ["pm_card_chargeDeclined", "1-1"],
    ["pm_card_chargeDeclinedInsufficientFunds", "1-2"],
    ["pm_card_chargeDeclinedProcessingError", "1-3"],
    ["pm_card_threeDSecureRequiredProcessingError", "1-4"],
    ["pm_of_nobody", "1-5"],
  ])("that is %s fails the booking and holds nothing", async (card, seatId) => {
    const bookingId = await bookWith(card, seatId);
    const booking = await decided(buyer, bookingId);
    expect(booking).toMatchObject({ status: "FAILED", failureReason: "PAYMENT_FAILED", tickets: [] });
    expect(booking.failureDetail).toBeTruthy();
    expect(await undone(bookingId, seatId)).toHaveLength(1);
    expect(await paymentOf(buyer, bookingId)).toMatchObject({
      status: "FAILED",
      capturedAmount: 0,
      failureReason: booking.failureDetail,
      nextAction: null,
    });
    // The seat is anybody's again, also this buyer's.
    const again = await decided(buyer, await bookWith("pm_card_visa", seatId));
    expect(again.status).toBe("CONFIRMED");
  });

  it("that asks for authentication waits for the buyer, then confirms", async () => {
    const bookingId = await bookWith("pm_card_authenticationRequired", "2-1");
    const waiting = await authenticate(bookingId, "complete");
    expect(waiting).toMatchObject({
      amount: PRICE,
      capturedAmount: 0,
      nextAction: { kind: "authentication" },
    });
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    expect(await paymentOf(buyer, bookingId)).toMatchObject({ status: "CAPTURED", nextAction: null });
    expect((await stepsOf(buyer, bookingId)).map(([step]) => step)).toEqual([
      ...["booking.initiated", "seats.locked", "payment.action-required", "payment.authorised"],
      ...["seats.confirmed", "payment.captured"],
    ]);
  });

  it("whose authentication fails holds nothing", async () => {
    const bookingId = await bookWith("pm_card_authenticationRequired", "2-2");
    await authenticate(bookingId, "fail");
    const booking = await decided(buyer, bookingId);
    expect(booking).toMatchObject({ status: "FAILED", failureReason: "PAYMENT_FAILED" });
    await undone(bookingId, "2-2");
  });

  it("that is declined after its authentication holds nothing", async () => {
    const card = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    const bookingId = await bookWith(card, "2-3");
    await authenticate(bookingId, "complete");
    const booking = await decided(buyer, bookingId);
    expect(booking).toMatchObject({ failureReason: "PAYMENT_FAILED", failureDetail: "insufficient_funds" });
    await undone(bookingId, "2-3");
  });
});

it("nothing to pay is no payment at Stripe", async () => {
  const free = await newEvent(organiser, await newVenue(organiser), {
    ticketTiers: [{ tier: "A", price: 0, currency: "EUR" }],
  });
  const booking = await decided(buyer, await book(buyer, bookingBody(free, ["1-1"])));
  expect(booking).toMatchObject({ status: "CONFIRMED", totalAmount: 0 });
  expect(await intentsOf(booking.id)).toEqual([]);
  expect(await paymentOf(buyer, booking.id)).toMatchObject({
    status: "CAPTURED",
    capturedAmount: 0,
    providerTransactionId: null,
  });
});

describe("a booking without a card", () => {
  /** The address of Stripe's page, as the buyer is told it. */
  async function pageOf(bookingId: string): Promise<string> {
    const payment = await until(
      "a page to pay on",
      () => buyer.get<Payment>(`/api/payments/booking/${bookingId}`).catch(notFoundYet),
      (answer) => answer?.body.status === "ACTION_REQUIRED",
    );
    const { nextAction } = payment!.body;
    if (nextAction?.kind !== "redirect") throw new Error("the buyer is not sent anywhere");
    return nextAction.url;
  }
  const pay = (page: string, number: string) => {
    const form = { number, expiry: "12 / 34", cvc: "123", email: "buyer@example.com", name: "A Buyer" };
    return fetch(page, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  };
  const bookWithout = (seatId: string) =>
    book(buyer, bookingBody(eventId, [seatId], { paymentMethod: undefined }));

  it("is paid on Stripe's page, also after a decline there, and confirmed [route GET /api/payments/booking/{bookingId}: works]", async () => {
    const bookingId = await bookWithout("2-5");
    const page = await pageOf(bookingId);
    expect((await pay(page, "4000000000000002")).status).toBe(402);
    const paid = await pay(page, "4242424242424242");
    expect(paid.headers.get("location")).toContain(`bookingId=${bookingId}&outcome=paid`);
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    const payment = await paymentOf(buyer, bookingId);
    expect(payment).toMatchObject({ status: "CAPTURED", capturedAmount: PRICE, nextAction: null });
    expect(payment.providerTransactionId).toMatch(/^pi_/);
  });

  it("that is abandoned fails, and its seat is free again", async () => {
    const bookingId = await bookWithout("2-6");
    const id = new URL(await pageOf(bookingId)).pathname.split("/").at(-1)!;
    // What Stripe does itself in the end, and the platform at payBy.
    await stripe.checkout.sessions.expire(id);
    expect(await decided(buyer, bookingId)).toMatchObject({
      status: "FAILED",
      failureReason: "PAYMENT_FAILED",
    });
    expect(await undone(bookingId, "2-6")).toEqual([]);
  });
});

it("a confirmed booking that is cancelled is refunded at Stripe [route GET /api/payments/{id}: works]", async () => {
  const booking = await decided(buyer, await bookWith("pm_card_visa", "2-7"));
  const cancelled = await buyer.post(`/api/bookings/${booking.id}/cancel`, {});
  expect(cancelled).toMatchObject({ status: 200, body: { status: "CANCELLED", refundAmount: PRICE } });
  const payment = await until(
    "a refund",
    () => buyer.get<Payment>(`/api/payments/${booking.paymentId}`),
    ({ body }) => body.status === "REFUNDED",
  );
  const { refundedAmount, providerTransactionId } = payment.body;
  expect(refundedAmount).toBe(PRICE);
  const refunds = await stripe.refunds.list({ payment_intent: providerTransactionId! });
  expect(refunds.data.map(({ amount, status }) => ({ amount, status }))).toEqual([
    { amount: PRICE, status: "succeeded" },
  ]);
});

it("a payment is its buyer's: for others it is not there [route GET /api/payments/{id}: foreign owner] [route GET /api/payments/booking/{bookingId}: foreign owner]", async () => {
  const booking = await decided(buyer, await bookWith("pm_card_visa", "2-8"));
  for (const path of [`/api/payments/${booking.paymentId}`, `/api/payments/booking/${booking.id}`]) {
    expect((await buyer.get(path)).status).toBe(200);
    for (const stranger of [await someone(), organiser]) {
      expect(await stranger.get(path)).toMatchObject(problem("PAYMENT_NOT_FOUND"));
    }
  }
});

it.each(["pay_00000000000000000000000000000000", "%00", "booking", "$ne"])(
  "%s is no payment [route GET /api/payments/{id}: bad input] [route GET /api/payments/booking/{bookingId}: bad input]",
  async (id) => {
    expect(await buyer.get(`/api/payments/${id}`)).toMatchObject(problem("PAYMENT_NOT_FOUND"));
    expect(await buyer.get(`/api/payments/booking/${id}`)).toMatchObject(problem("PAYMENT_NOT_FOUND"));
  },
);
