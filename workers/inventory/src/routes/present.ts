import { SEAT_STATUSES } from "#shared/contracts/inventory.ts";
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

/** The first four bytes: the format and its version. */
const MAGIC = 0x54465331; // "TFS1"
const HEADER_BYTES = 32;

/**
 * A reading in binary, big-endian: "TFS1", the numbers of seats and of areas (32 bits each), the event's version, which
 * names its plan (`?v=`), the version of the seats' order, the map's epoch (32 bits each) and sequence number
 * (64 bits); then what is free in each area
 * (32 bits each); then the seats, two bits each, four a byte, lowest bits first, in the order of the JSON's list:
 * 0 AVAILABLE, 1 LOCKED, 2 RESERVED, 3 BLOCKED. 25 KB for 100,000 seats.
 */
export function packSeatMap({ seating, view, statuses }: SeatMapReading): Uint8Array<ArrayBuffer> {
  const areas = seating.table.generalAdmission;
  const seatsFrom = HEADER_BYTES + 4 * areas.length;
  const bytes = new Uint8Array(seatsFrom + Math.ceil(statuses.length / 4));
  const data = new DataView(bytes.buffer);
  const head = [
    MAGIC,
    statuses.length,
    areas.length,
    seating.eventVersion,
    seating.seatingVersion,
    view.epoch,
  ];
  for (const [n, value] of head.entries()) data.setUint32(4 * n, value);
  data.setBigUint64(4 * head.length, BigInt(view.seq));
  const free = new Map(view.generalAdmission.map(({ name, available }) => [name, available]));
  for (const [n, { name }] of areas.entries()) data.setUint32(HEADER_BYTES + 4 * n, free.get(name) ?? 0);
  for (const [n, status] of statuses.entries()) bytes[seatsFrom + (n >> 2)]! |= status << ((n & 3) * 2);
  return bytes;
}
