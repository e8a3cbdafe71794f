import { describe, expect, it } from "vitest";
import { type Order, ordersOf, SEATS_AN_ORDER } from "./orders.ts";

const SEAT_IDS = Array.from({ length: 3_000 }, (_, n) => `seat-${n}`);
function groups(count: number, seed = 1): Order[][] {
  const orders = ordersOf({ seed, buyers: 20, seatIds: SEAT_IDS });
  return Array.from({ length: count }, () => orders.next().value);
}

describe("orders", () => {
  it("are the same for the same seed, each with a key of its own", () => {
    expect(groups(200)).toEqual(groups(200));
    expect(groups(200, 2)).not.toEqual(groups(200));
    const keys = groups(1_000)
      .flat()
      .map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("want a seat twice only in a pair that is sent at once", () => {
    const all = groups(1_000);
    const owners = Map.groupBy(
      all.flatMap((group, n) => group.flatMap(({ seatIds }) => seatIds.map((seatId) => ({ seatId, n })))),
      ({ seatId }) => seatId,
    );
    const contested = [...owners.values()].filter((wanted) => wanted.length > 1);
    expect(contested.length).toBe(all.filter((group) => group.length > 1).length);
    expect(contested.length).toBeGreaterThan(0);
    for (const wanted of contested) expect(new Set(wanted.map(({ n }) => n)).size).toBe(1);
  });

  it("are of every kind, and of the size that is promised", () => {
    const orders = groups(1_000).flat();
    const kinds = new Set(orders.flatMap(({ then, isDoubled, token }) => [then, isDoubled, token]));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        ...["keeps it", "cancels at once", "cancels later", true, false],
        ...["pm_card_visa", "pm_card_mastercard", "pm_card_chargeDeclined"],
      ]),
    );
    const seats = orders.reduce((sum, { seatIds }) => sum + seatIds.length, 0);
    expect(seats / orders.length).toBeLessThan(SEATS_AN_ORDER + 0.3);
  });

  it("end with an error when there are no seats left", () => {
    expect(() => groups(3_001)).toThrow("all seats are sold");
  });
});
