import type { Row, Zone } from "#shared/seating-plan/schema.ts";
import { METRE } from "../common/units.ts";
import { type Place, row, zone } from "../common/zone.ts";
import {
  AISLE,
  alongAtAngle,
  halfLength,
  onHorseshoe,
  ROW_PITCH,
  SEAT_PITCH,
  viewAngle,
  WHEELCHAIR_WIDTH,
} from "./geometry.ts";
import type { Category } from "./prices.ts";

/** A tier of open rows, in three sections with a gangway between them. */
export type Tier = {
  zoneId: string;
  name: string;
  centreRows: number;
  sideRows: number;
  /** Half the angle that the centre section takes of the arc. */
  centreDegrees: number;
  /** Where on the arc a further gangway parts each side into two blocks. */
  sideGangwayDegrees: number;
  /** Pairs of wheelchair place and companion's seat at each end of the last centre row. */
  wheelchairPairs: number;
  category: (rowsInFront: number, section: Section, degrees: number) => Category;
};

export type Section = "Left" | "Centre" | "Right";

/** From the rail to the middle of the first row. */
const FIRST_ROW = 0.5 * METRE;

/** The three zones. A row is numbered 1, 2, 3 from the left end through all of its sections. */
export function tier(plan: Tier): Zone[] {
  const rowsOf: Record<Section, Row[]> = { Left: [], Centre: [], Right: [] };
  for (let index = 0; index < plan.centreRows; index++) {
    let number = 1;
    for (const section of ["Left", "Centre", "Right"] as const) {
      if (section !== "Centre" && index >= plan.sideRows) continue;
      const places = placesOf(plan, section, index, number);
      number += places.length;
      const rowNumber = String(index + 1);
      rowsOf[section].push(
        row(idOf(plan, section), rowNumber, places, {
          row_label: `Row ${rowNumber}`,
          row_number_position: "both",
        }),
      );
    }
  }
  return (["Left", "Centre", "Right"] as const).map((section) =>
    zone(idOf(plan, section), `${plan.name} ${section}`, rowsOf[section]),
  );
}

const idOf = (plan: Tier, section: Section) => `${plan.zoneId}-${section.toLowerCase()}`;

function placesOf(plan: Tier, section: Section, index: number, firstNumber: number): Place[] {
  const offset = FIRST_ROW + index * ROW_PITCH;
  const pairs = section === "Centre" && index === plan.centreRows - 1 ? plan.wheelchairPairs : 0;
  const places: Place[] = [];
  for (const [from, to] of blocks(plan, section, offset)) {
    const kinds = kindsOf(to - from, pairs);
    const width = kinds.reduce((sum, kind) => sum + widthOf(kind), 0);
    // What is left over goes to both ends.
    let along = (from + to - width) / 2;
    for (const kind of kinds) {
      const point = onHorseshoe(offset, along + widthOf(kind) / 2);
      along += widthOf(kind);
      places.push({
        ...point,
        number: firstNumber + places.length,
        category: plan.category(index, section, viewAngle(point)),
        accessible: kind === "wheelchair",
        companion: kind === "companion",
      });
    }
  }
  return places;
}

/** Where the blocks of a section begin and end along their row, from the left; gangways lie between blocks. */
function blocks(plan: Tier, section: Section, offset: number): [from: number, to: number][] {
  const border = alongAtAngle(offset, plan.centreDegrees);
  if (section === "Centre") return [[-border + AISLE / 2, border - AISLE / 2]];
  const gangway = alongAtAngle(offset, plan.sideGangwayDegrees);
  const right: [number, number][] = [
    [border + AISLE / 2, gangway - AISLE / 2],
    [gangway + AISLE / 2, halfLength(offset)],
  ];
  return section === "Right" ? right : right.map(([from, to]): [number, number] => [-to, -from]).reverse();
}

type Kind = "seat" | "wheelchair" | "companion";

const widthOf = (kind: Kind) => (kind === "wheelchair" ? WHEELCHAIR_WIDTH : SEAT_PITCH);

/** As many seats as fit, with the pairs at both ends: the wheelchair outside, its companion's seat beside it. */
function kindsOf(length: number, pairs: number): Kind[] {
  const pair: Kind[] = ["wheelchair", "companion"];
  const end = Array.from({ length: pairs }, () => pair).flat();
  const pairWidth = WHEELCHAIR_WIDTH + SEAT_PITCH;
  const seats = Math.floor((length - 2 * pairs * pairWidth) / SEAT_PITCH);
  return [...end, ...new Array<Kind>(seats).fill("seat"), ...end.toReversed()];
}
