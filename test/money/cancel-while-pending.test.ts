import { describe, expect, it } from "vitest";
import type { TopicName } from "#shared/saga/declaration.ts";
import { bankOf } from "../payments/support/authentication.ts";
import { PRICE, useSaga } from "./support/saga.ts";

const saga = useSaga();

const CANCELLED = { booking: "CANCELLED", refunded: 0 };
const RELEASED = { ...CANCELLED, seats: "RELEASED A-1" };

/** Cancels; what was held back comes before it. */
async function cancel(id: string, ...held: TopicName[]): Promise<void> {
  expect(await saga().cancel("usr_1", id)).toBe(0);
  saga().kafka.letGo(...held);
  await saga().kafka.run();
  expect(await saga().house.status("A-1")).toBe("AVAILABLE");
}

describe("a cancel while PENDING", () => {
  const NOTHING: string[] = [];
  /** Made before it is known that nobody needs it: no card is tried. */
  const UNTRIED = ["canceled after 0 tries"];
  const GIVEN_UP = ["canceled after 1 tries"];

  it.each<[string, TopicName, string, string[]]>([
    ["before its seats are locked", "booking.initiated", "RELEASED", NOTHING],
    ["before it hears that they are", "seats.locked", "RELEASED A-1", NOTHING],
    ["before its payment is begun", "payment.requested", "RELEASED A-1", UNTRIED],
    ["before it hears that the money is held", "payment.processed", "RELEASED A-1", GIVEN_UP],
  ])("%s leaves nothing, where the cancel arrives first: nothing is held after it", async (...row) => {
    const [, topic, seats, intents] = row;
    saga().kafka.hold(topic);
    const id = await saga().book("usr_1", ["A-1"]);
    expect(await saga().cancel("usr_1", id)).toBe(0);
    await saga().kafka.run();
    saga().kafka.letGo(topic);
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({ ...CANCELLED, seats, intents });
    expect(await saga().house.status("A-1")).toBe("AVAILABLE");
  });

  it.each<[string, TopicName, string[]]>([
    ["before its seats are locked", "booking.initiated", NOTHING],
    ["before it hears that they are", "seats.locked", NOTHING],
    ["before its payment is begun", "payment.requested", GIVEN_UP],
    ["before it hears that the money is held", "payment.processed", GIVEN_UP],
  ])("%s leaves nothing, where the cancel arrives last: what began is undone", async (...row) => {
    const [, topic, intents] = row;
    saga().kafka.hold(topic);
    const id = await saga().book("usr_1", ["A-1"]);
    await cancel(id, topic);
    expect(await saga().standing(id)).toEqual({ ...RELEASED, intents });
  });

  it("while the card is being charged gives the authorisation back", async () => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow("confirm", "after", async () => {
      await saga().cancel("usr_1", id);
      await saga().kafka.run();
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({ ...RELEASED, intents: ["canceled after 1 tries"] });
  });

  it("while the buyer should authenticate gives the payment up: authenticating after it charges nothing", async () => {
    const id = await saga().book("usr_1", ["A-1"], "pm_card_authenticationRequired");
    const bank = await bankOf(saga().money.stripe, (await saga().money.payment({ id })).intentId);
    await cancel(id);
    await bank("complete");
    expect(await saga().standing(id)).toEqual({ ...RELEASED, intents: ["canceled after 0 tries"] });
  });

  it("while the buyer is on Stripe's page closes the page", async () => {
    const id = await saga().book("usr_1", ["A-1"], null);
    await cancel(id);
    await saga().money.payOnPage({ id });
    expect(await saga().standing(id)).toEqual({ ...RELEASED, intents: [] });
  });

  it("is refused once the seats are being reserved, and the booking is confirmed and may be cancelled then", async () => {
    saga().kafka.hold("seats.confirmed");
    const id = await saga().book("usr_1", ["A-1"]);
    await expect(saga().cancel("usr_1", id)).rejects.toMatchObject({ code: "BOOKING_NOT_CANCELLABLE" });
    saga().kafka.letGo("seats.confirmed");
    await saga().kafka.run();
    expect(await saga().standing(id)).toMatchObject({ booking: "CONFIRMED" });
    expect(await saga().cancel("usr_1", id)).toBe(PRICE);
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ ...RELEASED, intents: ["succeeded after 1 tries"], refunded: PRICE },
    });
  });
});
