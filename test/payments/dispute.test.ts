import { expect, it } from "vitest";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const disputed = async () => {
  const booking = world().booking({ card: "pm_card_createDispute" });
  await world().deliver(booking.requested);
  expect(await world().deliver(booking.capture)).toBe("done");
  const { intentId } = await world().payment(booking);
  return { booking, hear: (type: string) => world().stripe.inbox.delivery(intentId!, type) };
};

it("a dispute is written down and told, once", async () => {
  const { booking, hear } = await disputed();
  const created = await hear("charge.dispute.created");
  expect(await world().takeIn(created)).toBe(true);
  expect(await world().takeIn(created)).toBe(false);
  // Whatever else becomes of it is looked at, and is no news.
  expect(await world().takeIn(await hear("charge.dispute.funds_withdrawn"))).toBe(true);
  const { state, checkAt, disputes, _id: paymentId } = await world().payment(booking);
  expect({ state, checkAt }).toEqual({ state: "CAPTURED", checkAt: null });
  expect(disputes).toEqual([{ id: expect.stringMatching(/^(dp|du)_/), amount: 12_500, currency: "EUR" }]);
  const told = world()
    .sent.map(({ value }) => JSON.parse(value))
    .filter(({ type }) => type === "payment.disputed");
  expect(told.map(({ payload }) => payload)).toEqual([
    { bookingId: booking.id, paymentId, disputeId: disputes[0]!.id, amount: 12_500, currency: "EUR" },
  ]);
});

it("a dispute whose telling was interrupted is told by the sweep", async () => {
  const { booking, hear } = await disputed();
  world().isKafkaDown = true;
  await expect(world().takeIn(await hear("charge.dispute.created"))).rejects.toThrow("kafka");
  world().isKafkaDown = false;
  await world().sweep();
  expect(world().said(booking)).toContain("payment.disputed");
});

it("an event of no concern is taken in without effect", async () => {
  const { hear } = await disputed();
  expect(await world().takeIn(await hear("charge.captured"))).toBe(false);
});
