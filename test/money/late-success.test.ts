import { describe, expect, it } from "vitest";
import { LOCK_TTL_MS } from "./support/house.ts";
import { useSaga } from "./support/saga.ts";

const saga = useSaga();

const GIVEN_UP = { intents: ["canceled after 1 tries"], refunded: 0 };

describe("a late success after a release", () => {
  it("of a lock that ran out does not confirm: the money is let go, and the seat stays the other buyer's [booking FAILED: payment.authorised]", async () => {
    saga().kafka.hold("payment.processed");
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(LOCK_TTL_MS);
    await saga().alarms();
    const other = await saga().book("usr_2", ["A-1"]);
    saga().kafka.letGo("payment.processed");
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED LOCK_EXPIRED", seats: "EXPIRED A-1", ...GIVEN_UP },
    });
    expect(await saga().standing(other)).toMatchObject({ booking: "CONFIRMED", seats: "RESERVED A-1" });
  });

  it("of a booking that timed out has it undone again [booking FAILED: payment.authorised]", async () => {
    saga().kafka.hold("payment.processed", "seats.released", "booking.failed");
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(330_001);
    await saga().alarms();
    expect((await saga().find(id)).failureReason).toBe("TIMEOUT");
    saga().kafka.letGo("payment.processed");
    await saga().kafka.run();
    expect(saga().kafka.of("booking.failed", id).length).toBeGreaterThan(1);
    saga().kafka.letGo("seats.released", "booking.failed");
    await saga().kafka.run();
    expect(await saga().standing(id)).toMatchObject({ booking: "FAILED TIMEOUT", ...GIVEN_UP });
  });

  it("of a booking that was cancelled has it undone again [booking CANCELLED: payment.authorised]", async () => {
    saga().kafka.hold("payment.processed", "booking.cancelled");
    const id = await saga().book("usr_1", ["A-1"]);
    await saga().cancel("usr_1", id);
    saga().kafka.letGo("payment.processed");
    await saga().kafka.run();
    expect(saga().kafka.of("booking.cancelled", id).length).toBeGreaterThan(1);
    saga().kafka.letGo("booking.cancelled");
    await saga().kafka.run();
    expect(await saga().standing(id)).toMatchObject({
      booking: "CANCELLED",
      seats: "RELEASED A-1",
      ...GIVEN_UP,
    });
  });

  it("of the lock itself is released again, and nobody is asked for money [booking FAILED: seats.locked]", async () => {
    saga().kafka.hold("seats.locked", "seats.release");
    const id = await saga().book("usr_1", ["A-1"]);
    saga().pass(120_001);
    await saga().alarms();
    saga().kafka.letGo("seats.locked");
    await saga().kafka.run();
    expect(saga().kafka.of("seats.release", id).length).toBeGreaterThan(1);
    saga().kafka.letGo("seats.release");
    await saga().kafka.run();
    expect(await saga().standing(id)).toEqual({
      ...{ booking: "FAILED TIMEOUT", seats: "RELEASED A-1", intents: [], refunded: 0 },
    });
  });
});
