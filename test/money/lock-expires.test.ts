import { describe, expect, it } from "vitest";
import { LOCK_TTL_MS } from "./support/house.ts";
import { useSaga } from "./support/saga.ts";

const saga = useSaga();

/** The seat after its lock has run out: another buyer's, paid for. */
async function resold(): Promise<void> {
  const other = await saga().book("usr_2", ["A-1"]);
  expect(await saga().standing(other)).toEqual({
    ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
  });
}

describe("a lock that expires while the card is being charged", () => {
  const LOST = { booking: "FAILED LOCK_EXPIRED", seats: "EXPIRED A-1", refunded: 0 };

  it("fails the booking, gives the authorisation back, and the seat is another's [booking PAYING: seats.expired]", async () => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow("confirm", "after", async () => {
      saga().pass(LOCK_TTL_MS);
      await saga().alarms();
      await resold();
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({ ...LOST, intents: ["canceled after 1 tries"] });
  });

  it("fails the booking at its reservation where nobody has noticed the expiry yet [booking RESERVING: seats.confirm-failed]", async () => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow("confirm", "after", async () => saga().pass(LOCK_TTL_MS));
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({ ...LOST, intents: ["canceled after 1 tries"] });
    await resold();
  });

  it("does no harm in its last millisecond: the booking is confirmed", async () => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow("confirm", "after", async () => saga().pass(LOCK_TTL_MS - 1));
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "CONFIRMED", seats: "RESERVED A-1", intents: ["succeeded after 1 tries"], refunded: 0 },
    });
  });

  it("does no harm while the money is being captured: the seats are reserved by then", async () => {
    const id = await saga().request("usr_1", ["A-1"]);
    saga().slow("capture", "after", async () => {
      saga().pass(LOCK_TTL_MS);
      await saga().alarms();
    });
    await saga().kafka.run();
    expect(await saga().standing(id)).toMatchObject({ booking: "CONFIRMED", seats: "RESERVED A-1" });
  });

  it("begins no charge in the lock's last minute", async () => {
    saga().kafka.hold("payment.requested");
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(LOCK_TTL_MS - 60_000);
    saga().kafka.letGo("payment.requested");
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED PAYMENT_FAILED", seats: "RELEASED A-1", intents: [], refunded: 0 },
    });
  });
});
