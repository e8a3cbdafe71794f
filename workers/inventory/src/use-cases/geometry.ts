import type { SeatGeometry } from "#durable-objects/seat-map/rpc.ts";
import type { Seating } from "#shared/rpc/events.ts";

/** Neighbours whose distance is so many times the row's usual one have an aisle between them. */
const GAP = 1.6;

/** Distances are whole numbers of tenths of a plan unit. */
const SCALE = 10;

const WHEELCHAIR = 1;
const COMPANION = 2;

/**
 * How the seats of an event lie. A plan lists the seats of a row from one end to the other, and draws its stage at the
 * top, as the plans of the editor do. So the focal point of a category is the middle of its seats (the median, which a
 * level drawn apart does not move), at the height of its front row.
 */
export function geometryOf({ table, seatingVersion }: Seating): SeatGeometry {
  const { count, section, row, accessible, companion } = table;
  const begins = new Uint8Array(count);
  const rows = new Uint32Array(count);
  const access = new Uint8Array(count);
  let number = 0;
  for (let seat = 0; seat < count; seat++) {
    if (seat > 0 && section[seat] !== section[seat - 1]) number += 2;
    else if (seat > 0 && row[seat] !== row[seat - 1]) number += 1;
    rows[seat] = number;
    begins[seat] = seat === 0 || number !== rows[seat - 1] ? 1 : 0;
    access[seat] = accessible[seat] ? WHEELCHAIR : companion[seat] ? COMPANION : 0;
  }
  markGaps(table, begins);
  const category = Uint8Array.from(table.categoryIndex);
  return { planVersion: seatingVersion, begins, row: rows, category, access, distance: distancesOf(table) };
}

/** Marks the seats behind a gap: by where they are, or by their numbers, where these say that some lie between. */
function markGaps(table: Seating["table"], begins: Uint8Array): void {
  for (let start = 0; start < table.count; ) {
    let end = start + 1;
    while (end < table.count && begins[end] === 0) end += 1;
    const steps = Array.from({ length: end - start - 1 }, (_, n) => start + 1 + n);
    const usual = median(steps.map((seat) => spacing(table, seat)));
    const byOne = steps.some((seat) => numbersApart(table, seat) === 1);
    for (const seat of steps) {
      const isFar = usual > 0 && spacing(table, seat) > GAP * usual;
      if (isFar || numbersApart(table, seat) > (byOne ? 1 : 2)) begins[seat] = 1;
    }
    start = end;
  }
}

const spacing = ({ x, y }: Seating["table"], seat: number): number =>
  Math.hypot(x[seat]! - x[seat - 1]!, y[seat]! - y[seat - 1]!);

/** NaN where a number is none. */
const numbersApart = ({ number }: Seating["table"], seat: number): number =>
  Math.abs(Number(number[seat] || "-") - Number(number[seat - 1] || "-"));

function distancesOf({ count, categories, categoryIndex, x, y }: Seating["table"]): Uint32Array {
  const seats: number[][] = categories.map(() => []);
  for (let seat = 0; seat < count; seat++) seats[categoryIndex[seat]!]!.push(seat);
  const distance = new Uint32Array(count);
  for (const own of seats) {
    const middle = median(own.map((seat) => x[seat]!));
    const front = own.reduce((least, seat) => Math.min(least, y[seat]!), Number.POSITIVE_INFINITY);
    for (const seat of own)
      distance[seat] = Math.round(SCALE * Math.hypot(x[seat]! - middle, y[seat]! - front));
  }
  return distance;
}

/** The middle of the two in the middle; 0 of nothing. */
function median(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return 0;
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return (low + high) / 2;
}
