import type { Area, Row, Zone } from "#shared/seating-plan/schema.ts";
import { type Point, round } from "./units.ts";

export type Place = Point & { number: number; category: string; accessible?: boolean; companion?: boolean };

/** A row of the plan from places in the frame of their level, which must be in the order in which people sit. */
export function row(
  zoneId: string,
  rowNumber: string,
  places: Place[],
  labels: Pick<Row, "row_label" | "row_number_position"> = {},
): Row {
  const origin = { x: round(places[0]!.x), y: round(places[0]!.y) };
  return {
    row_number: rowNumber,
    ...labels,
    position: origin,
    seats: places.map(({ x, y, number, category, accessible, companion }) => ({
      seat_guid: `${zoneId}-${rowNumber.toLowerCase().replaceAll(" ", "-")}-${number}`,
      seat_number: String(number),
      position: { x: round(x - origin.x), y: round(y - origin.y) },
      category,
      ...(accessible && { accessible }),
      ...(companion && { companion }),
    })),
  };
}

/** A part of a venue under the name a buyer sees. Its places are set on the page by `move`. */
export function zone(zoneId: string, name: string, rows: Row[], areas: Area[] = []): Zone {
  return { zone_id: zoneId, name, position: { x: 0, y: 0 }, rows, areas };
}

/** Sets the zones of a level on the page. */
export function move(zones: Zone[], position: Point): Zone[] {
  return zones.map((zone) => ({ ...zone, position }));
}
