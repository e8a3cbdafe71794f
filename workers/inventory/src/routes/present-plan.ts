import type { z } from "@hono/zod-openapi";
import type { seatPlanRoute } from "#shared/contracts/inventory.ts";
import type { Seating } from "#shared/rpc/events.ts";
import type { SeatTable } from "#shared/seating-plan/seat-table.ts";

type Plan = z.infer<(typeof seatPlanRoute.responses)[200]["content"]["application/json"]["schema"]>;

/** The static half as the public JSON: columns, and each text of a row once. */
export function presentPlan({
  eventId,
  eventVersion,
  seatingVersion,
  table,
  tiers,
  currency,
}: Seating): Plan {
  return {
    eventId,
    version: eventVersion,
    planVersion: seatingVersion,
    currency,
    tiers,
    rows: rowsOf(table),
    seats: {
      id: table.id,
      number: table.number,
      tier: Array.from(table.categoryIndex),
      x: Array.from(table.x, inHundredths),
      y: Array.from(table.y, inHundredths),
      accessible: indexesOf(table.accessible),
      companion: indexesOf(table.companion),
    },
    areas: table.generalAdmission.map(({ name, categoryIndex, capacity }) => {
      return { name, tier: categoryIndex, capacity };
    }),
  };
}

/** Seats of one row follow one another; a row that is met again later is another entry. */
function rowsOf({ count, section, row }: SeatTable): Plan["rows"] {
  const rows: Plan["rows"] = [];
  for (let n = 0; n < count; n++) {
    const last = rows.at(-1);
    if (last && last.row === row[n] && last.section === section[n]) last.seats++;
    else rows.push({ section: section[n]!, row: row[n]!, seats: 1 });
  }
  return rows;
}

/** A hundredth of a plan's unit is less than anybody draws; a sum of three positions has 17 digits. */
const inHundredths = (value: number): number => Math.round(value * 100) / 100;

function indexesOf(flags: Uint8Array): number[] {
  const indexes: number[] = [];
  for (let n = 0; n < flags.length; n++) if (flags[n] === 1) indexes.push(n);
  return indexes;
}
