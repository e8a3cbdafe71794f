import type { Seating } from "#shared/rpc/events.ts";

/** What events says of an event with these seats in one row, and an area for `standing`; its price tells its version. */
export function seatingOf(eventId: string, version: number, seatIds: string[], standing = 0): Seating {
  const column = <T>(value: T) => seatIds.map(() => value);
  const areas = standing > 0 ? [{ name: "Floor", categoryIndex: 0, capacity: standing }] : [];
  return {
    eventId,
    eventVersion: version,
    endsAt: "2026-12-02T18:00:00.000Z",
    isForSale: true,
    onSaleAt: null,
    seatingVersion: version,
    blockedSeatIds: [],
    tiers: [{ tier: "A", price: 1_000 + version }],
    currency: "EUR",
    table: {
      count: seatIds.length,
      id: seatIds,
      section: column("Stalls"),
      row: column("1"),
      number: seatIds,
      categoryIndex: new Uint8Array(seatIds.length),
      x: new Float64Array(seatIds.length),
      y: new Float64Array(seatIds.length),
      accessible: new Uint8Array(seatIds.length),
      companion: new Uint8Array(seatIds.length),
      categories: ["A"],
      generalAdmission: areas,
    },
  };
}
