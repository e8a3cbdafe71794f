import type { SeatingPlan } from "./schema.ts";

/**
 * The seats of a plan as columns. Every column is indexed by the seat's index: its place in the order zone, row,
 * seat of the file, counted from 0. That index is the seat's identity in the packed seat map, so the same plan
 * always gives the same table.
 */
export type SeatTable = {
  /** Seats; general-admission places are not among them. */
  count: number;
  /** `seat_guid`. */
  id: string[];
  /** The zone's name as the buyer sees it, or its `zone_id`, or "" for a zone with neither. */
  section: string[];
  row: string[];
  number: string[];
  /** Index into `categories`. */
  categoryIndex: Uint8Array;
  /** Absolute, in plan units: zone + row + seat. */
  x: Float64Array;
  y: Float64Array;
  /** 1 for a wheelchair place, else 0. */
  accessible: Uint8Array;
  /** 1 for the seat beside a wheelchair place, else 0. */
  companion: Uint8Array;
  /** Category names, in the order of the plan. */
  categories: string[];
  generalAdmission: { name: string; categoryIndex: number; capacity: number }[];
};

/** Flattens a plan. Takes what `parsePlan` returned: on a plan with an unknown category it throws. */
export function seatTable(plan: SeatingPlan): SeatTable {
  const count = plan.zones.reduce(
    (total, zone) => zone.rows.reduce((inZone, row) => inZone + row.seats.length, total),
    0,
  );
  const categories = plan.categories.map((category) => category.name);
  const indexOf = new Map(categories.map((name, index) => [name, index]));
  const table: SeatTable = {
    count,
    id: [],
    section: [],
    row: [],
    number: [],
    // At most 200 categories.
    categoryIndex: new Uint8Array(count),
    x: new Float64Array(count),
    y: new Float64Array(count),
    accessible: new Uint8Array(count),
    companion: new Uint8Array(count),
    categories,
    generalAdmission: (plan.general_admission ?? []).map(({ name, category, capacity }) => ({
      name,
      categoryIndex: known(indexOf, category),
      capacity,
    })),
  };
  let index = 0;
  for (const zone of plan.zones) {
    const section = zone.name || zone.zone_id || "";
    for (const row of zone.rows) {
      const originX = zone.position.x + (row.position?.x ?? 0);
      const originY = zone.position.y + (row.position?.y ?? 0);
      for (const seat of row.seats) {
        table.id.push(seat.seat_guid);
        table.section.push(section);
        table.row.push(row.row_number);
        table.number.push(seat.seat_number);
        table.categoryIndex[index] = known(indexOf, seat.category);
        table.x[index] = originX + seat.position.x;
        table.y[index] = originY + seat.position.y;
        table.accessible[index] = seat.accessible ? 1 : 0;
        table.companion[index] = seat.companion ? 1 : 0;
        index++;
      }
    }
  }
  return table;
}

function known(indexOf: Map<string, number>, category: string): number {
  const index = indexOf.get(category);
  if (index === undefined) throw new Error(`the plan has no category ${JSON.stringify(category)}`);
  return index;
}
