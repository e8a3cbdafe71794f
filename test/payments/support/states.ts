import { expect } from "vitest";
import type { PaymentState } from "../../../workers/payments/src/core/machine.ts";
import type { Booking } from "./booking.ts";
import type { World } from "./world.ts";

const INTENTS = "POST /v1/payment_intents";

/** Brings a new booking's payment into each state, by what brings it there in life. */
const WAYS: Record<PaymentState, (world: World) => Promise<Booking>> = {
  CREATED: (world) => interrupted(world, INTENTS),
  AUTHORISING: (world) => interrupted(world, `${INTENTS}/*/confirm`),
  ACTION_REQUIRED: (world) => requested(world, "pm_card_authenticationRequired"),
  AUTHORISED: (world) => requested(world, "pm_card_visa"),
  async CAPTURING(world) {
    const booking = await requested(world, "pm_card_visa");
    await world.stripe.fault(`${INTENTS}/*/capture`, "error_before");
    expect(await world.deliver(booking.capture)).toBe("unavailable");
    return booking;
  },
  async CAPTURED(world) {
    const booking = await requested(world, "pm_card_visa");
    expect(await world.deliver(booking.capture)).toBe("done");
    return booking;
  },
  async CAPTURE_FAILED(world) {
    const booking = await requested(world, "pm_card_visa");
    const { intentId } = await world.payment(booking);
    await world.stripe.sdk().paymentIntents.cancel(intentId!);
    expect(await world.deliver(booking.capture)).toBe("done");
    return booking;
  },
  async VOIDING(world) {
    const booking = await requested(world, "pm_card_visa");
    await world.stripe.fault(`${INTENTS}/*/cancel`, "error_before");
    expect(await world.deliver(booking.failed)).toBe("unavailable");
    return booking;
  },
  async VOIDED(world) {
    const booking = await requested(world, "pm_card_visa");
    expect(await world.deliver(booking.failed)).toBe("done");
    return booking;
  },
  FAILED: (world) => requested(world, "pm_card_chargeDeclined"),
  async PARTIALLY_REFUNDED(world) {
    const booking = await captured(world);
    const { intentId } = await world.payment(booking);
    await world.refundByHand(booking, 2_500);
    await world.takeIn(await world.stripe.inbox.delivery(intentId!, "charge.refunded"));
    return booking;
  },
  async REFUNDING(world) {
    const booking = await captured(world);
    await world.stripe.fault("POST /v1/refunds", "error_before");
    expect(await world.deliver(booking.cancelled)).toBe("unavailable");
    return booking;
  },
  async REFUNDED(world) {
    const booking = await captured(world);
    expect(await world.deliver(booking.cancelled)).toBe("done");
    return booking;
  },
  async REFUND_FAILED(world) {
    const booking = await captured(world, "pm_card_refundFail");
    expect(await world.deliver(booking.cancelled)).toBe("done");
    await world.refundsSettle(booking, "refund.failed");
    return booking;
  },
};

async function captured(world: World, card = "pm_card_visa"): Promise<Booking> {
  const booking = await requested(world, card);
  expect(await world.deliver(booking.capture)).toBe("done");
  return booking;
}

export const STATES = Object.keys(WAYS) as PaymentState[];

export async function reach(world: World, state: PaymentState): Promise<Booking> {
  const booking = await WAYS[state](world);
  expect((await world.payment(booking)).state).toBe(state);
  return booking;
}

async function requested(world: World, card: string): Promise<Booking> {
  const booking = world.booking({ card });
  expect(await world.deliver(booking.requested)).toBe("done");
  return booking;
}

async function interrupted(world: World, at: string): Promise<Booking> {
  const booking = world.booking();
  await world.stripe.fault(at, "error_before");
  expect(await world.deliver(booking.requested)).toBe("unavailable");
  return booking;
}
