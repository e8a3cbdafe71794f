import type { Row, Zone } from "#shared/seating-plan/schema.ts";
import { METRE, type Point } from "../common/units.ts";
import { type Place, row, zone } from "../common/zone.ts";
import {
  AISLE,
  insideRail,
  onStallsArc,
  ROW_PITCH,
  SEAT_PITCH,
  STALLS_FRONT,
  viewAngle,
  WHEELCHAIR_WIDTH,
} from "./geometry.ts";
import { type Category, level } from "./prices.ts";

/** No I and no O, which on a ticket look like 1 and 0. */
const ROWS = "ABCDEFGHJKLMNPQRST";
/** Between the outermost seat of a row and the rail of the boxes: the side gangway. */
const SIDE_GANGWAY = 1.1 * METRE;
/** Rows whose outer end is level with the gangway: a wheelchair place there, its companion's seat beside it. */
const WHEELCHAIR_ROWS = "AMT";

/** The stalls: two blocks beside the middle gangway, odd numbers on the left and even ones on the right. */
export function stalls(): Zone[] {
  return [
    zone("stalls-left", "Stalls Left", rowsOf("stalls-left", -1)),
    zone("stalls-right", "Stalls Right", rowsOf("stalls-right", 1)),
  ];
}

function rowsOf(zoneId: string, side: -1 | 1): Row[] {
  return [...ROWS].map((letter, index) => {
    const places = outwards(letter, index, side);
    if (side === -1) places.reverse();
    return row(zoneId, letter, places, { row_label: `Row ${letter}`, row_number_position: "both" });
  });
}

/** The places of half a row from the middle gangway to the side gangway, numbered 1, 3, 5 or 2, 4, 6. */
function outwards(letter: string, index: number, side: -1 | 1): Place[] {
  const at = (along: number) => onStallsArc(STALLS_FRONT + index * ROW_PITCH, side * along);
  const points: Point[] = [];
  for (let along = (AISLE + SEAT_PITCH) / 2; insideRail(at(along)) >= SIDE_GANGWAY; along += SEAT_PITCH) {
    points.push(at(along));
  }
  const hasWheelchair = WHEELCHAIR_ROWS.includes(letter);
  if (hasWheelchair) {
    // The wheelchair takes the width of the last two seats.
    points.splice(-2);
    const last = (AISLE + SEAT_PITCH) / 2 + (points.length - 1) * SEAT_PITCH;
    points.push(at(last + (SEAT_PITCH + WHEELCHAIR_WIDTH) / 2));
  }
  return points.map((point, seat) => ({
    ...point,
    number: 2 * seat + (side === -1 ? 1 : 2),
    category: categoryOf(index, points.length - 1 - seat, point),
    accessible: hasWheelchair && seat === points.length - 1,
    companion: hasWheelchair && seat === points.length - 2,
  }));
}

/** The first two rows look up from below, the last ones sit under the tier; the seats by the wall cost less. */
function categoryOf(index: number, seatsFromWall: number, point: Point): Category {
  const byRow = index < 2 ? 1 : index < 10 ? 0 : index < 15 ? 1 : 2;
  const bySide = seatsFromWall < 2 || viewAngle(point) > 45 ? 1 : 0;
  return level(byRow + bySide);
}
