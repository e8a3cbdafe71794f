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

it.each(["pay_00000000000000000000000000000000", "%00", "booking", "$ne"])("%s is no payment", async (id) => {
  expect(await buyer.get(`/api/payments/${id}`)).toMatchObject(problem("PAYMENT_NOT_FOUND"));
  expect(await buyer.get(`/api/payments/booking/${id}`)).toMatchObject(problem("PAYMENT_NOT_FOUND"));
});
