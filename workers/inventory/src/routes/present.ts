import { SEAT_STATUSES } from "#shared/contracts/inventory.ts";
import { encodeSeats, statesLength } from "#shared/seats/packed.ts";
import type { SeatMapReading } from "../use-cases/read-seat-map.ts";

/** A reading as the public JSON. */
export function presentSeatMap({ seating, view, statuses }: SeatMapReading) {
  const { table, tiers, currency } = seating;
  const counts = [0, 0, 0, 0];
  const seats = table.id.map((id, index) => {
    const status = statuses[index]!;
    counts[status]! += 1;
    const { tier, price } = tiers[table.categoryIndex[index]!]!;
    return {
      id,
      section: table.section[index]!,
      row: table.row[index]!,
      number: table.number[index]!,
      tier,
      price,
      currency,
      status: SEAT_STATUSES[status]!,
      ...(table.accessible[index] ? { accessible: true } : {}),
      ...(table.companion[index] ? { companion: true } : {}),
    };
  });
  const free = new Map(view.generalAdmission.map(({ name, available }) => [name, available]));
  const generalAdmission = table.generalAdmission.map(({ name, capacity, categoryIndex }) => ({
    ...{ name, ...tiers[categoryIndex]!, currency, capacity, available: free.get(name) ?? 0 },
  }));
  const [available, locked, reserved, blocked] = counts as [number, number, number, number];
  const summary = { total: seats.length, available, locked, reserved, blocked };
  return { eventId: seating.eventId, seats, generalAdmission, summary };
}

/** A reading in two bits a seat; {@link encodeSeats} has the layout. */
export function packSeatMap({ seating, view, statuses }: SeatMapReading): Uint8Array<ArrayBuffer> {
  const available = new Map(view.generalAdmission.map(({ name, available }) => [name, available]));
  const free = Uint32Array.from(seating.table.generalAdmission, ({ name }) => available.get(name) ?? 0);
  const states = new Uint8Array(statesLength(statuses.length));
  for (let n = 0; n < statuses.length; n++) states[n >> 2]! |= statuses[n]! << ((n & 3) * 2);
  const { eventVersion, seatingVersion: planVersion } = seating;
  const { epoch, seq } = view;
  return encodeSeats({ eventVersion, planVersion, epoch, seq, free, seats: statuses.length, states });
}
