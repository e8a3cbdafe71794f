import type { Area, Row, Zone } from "#shared/seating-plan/schema.ts";
import { caption, polygon } from "../common/areas.ts";
import { METRE } from "../common/units.ts";
import { type Place, row, zone } from "../common/zone.ts";
import { atRail, halfLength, onHorseshoe, ROW_PITCH, SEAT_PITCH, viewAngle } from "./geometry.ts";
import { type Category, isRestricted, level } from "./prices.ts";

const BOX_WIDTH = 1.9 * METRE;
const BOX_DEPTH = 2.7 * METRE;
/** From the rail to the middle of the first row of chairs, and from row to row: chairs, closer than in the stalls. */
const FIRST_CHAIRS = 0.45 * METRE;
const CHAIR_ROWS = 0.8 * METRE;
const CHAIR_PITCH = 0.65 * METRE;

/** The number of a box is written behind it. */
const NUMBER_BEHIND = 0.4 * METRE;

/** Four chairs in the boxes by the stage, then five, then six towards the middle of the house. */
const chairsIn = (box: number) => (box <= 4 ? 4 : box <= 8 ? 5 : 6);

/** The boxes of one side of a level. Box 1 is the one by the stage; the chairs by the rail are 1 and 2. */
export function boxes(zoneId: string, name: string, side: -1 | 1, count: number): Zone {
  const rows: Row[] = [];
  const areas: Area[] = [];
  for (let box = 1; box <= count; box++) {
    const middle = side * (halfLength(0) - (box - 0.5) * BOX_WIDTH);
    rows.push(row(zoneId, `Box ${box}`, chairs(box, middle), { row_label: `Box ${box}` }));
    areas.push(outline(middle), caption(String(box), atRail(middle, BOX_DEPTH + NUMBER_BEHIND, 0), 12));
  }
  return zone(zoneId, name, rows, areas);
}

function chairs(box: number, middle: number): Place[] {
  return Array.from({ length: chairsIn(box) }, (_, index) => {
    const rowsInFront = Math.floor(index / 2);
    const offset = FIRST_CHAIRS + rowsInFront * CHAIR_ROWS;
    // A fifth chair stands alone in the middle of its row.
    const isAlone = index === chairsIn(box) - 1 && index % 2 === 0;
    const aside = isAlone ? 0 : (index % 2 === 0 ? -0.5 : 0.5) * CHAIR_PITCH;
    const point = atRail(middle, offset, aside);
    return { ...point, number: index + 1, category: categoryOf(rowsInFront, viewAngle(point)) };
  });
}

function categoryOf(rowsInFront: number, degrees: number): Category {
  if (isRestricted(rowsInFront, degrees)) return "Restricted view";
  return level((degrees < 25 ? 0 : degrees < 60 ? 1 : 2) + rowsInFront);
}

const CENTRAL_ROWS = 3;
const CENTRAL_CHAIRS = 8;
/** Half the width of the central box along the rail. */
const CENTRAL_HALF = ((CENTRAL_CHAIRS + 1) * SEAT_PITCH) / 2;
const CENTRAL_DEPTH = FIRST_CHAIRS + CENTRAL_ROWS * ROW_PITCH;

/** The central box, opposite the stage: three rows of eight, the best places of the house. */
export function centralBox(zoneId: string, name: string): Zone {
  const rows = Array.from({ length: CENTRAL_ROWS }, (_, index) => {
    const places = Array.from({ length: CENTRAL_CHAIRS }, (_, seat): Place => {
      const aside = (seat - (CENTRAL_CHAIRS - 1) / 2) * SEAT_PITCH;
      return {
        ...onHorseshoe(FIRST_CHAIRS + index * ROW_PITCH, aside),
        number: seat + 1,
        category: level(0),
      };
    });
    return row(zoneId, String(index + 1), places, { row_label: `Row ${index + 1}` });
  });
  return zone(zoneId, name, rows, [centralOutline()]);
}

function outline(middle: number): Area {
  const half = BOX_WIDTH / 2;
  return polygon([
    atRail(middle, 0, -half),
    atRail(middle, 0, half),
    atRail(middle, BOX_DEPTH, half),
    atRail(middle, BOX_DEPTH, -half),
  ]);
}

/** Along the rail and back along the wall, in steps short enough to look round. */
function centralOutline(): Area {
  const steps = [-1, -0.5, 0, 0.5, 1].map((step) => step * CENTRAL_HALF);
  return polygon([
    ...steps.map((along) => onHorseshoe(0, along)),
    ...steps.reverse().map((along) => onHorseshoe(CENTRAL_DEPTH, along)),
  ]);
}
