import type { Row, Zone } from "#shared/seating-plan/schema.ts";
import { caption } from "../common/areas.ts";
import { METRE } from "../common/units.ts";
import { type Place, row, zone } from "../common/zone.ts";
import {
  AISLE,
  alongRow,
  type Mark,
  onRow,
  ROW_PITCH,
  SEAT_PITCH,
  STAGE_END,
  WHEELCHAIR_WIDTH,
} from "./bowl.ts";
import { seatCategory } from "./prices.ts";

/** A tier of the bowl. Its sections are counted from the stage on the left through the back to the right. */
export type Tier = {
  name: string;
  /** The number of the section on the left of the stage. */
  firstSection: number;
  upper: boolean;
  /** From the rail around the floor to the middle of the first row, in plan units. */
  offset: number;
  rows: number;
  /** The borders of sections in the right half, from the axis on; the section across the axis lies within the first. */
  borders: Mark[];
  /** Behind the last row: a level platform of wheelchair places, each with its companion's seat. */
  platform: boolean;
};

/** A row of seats and the steps behind it, before the platform, are this deep. */
const PLATFORM_BEHIND_LAST_ROW = 1.5 * METRE;
/** A section's number stands this far behind its last row. */
const NUMBER_BEHIND = 1.6 * METRE;

/** One zone a section. Seats of a row are numbered from its left end, as somebody who faces the stage sees it. */
export function tier(plan: Tier): Zone[] {
  const right = [...plan.borders, STAGE_END];
  const count = 2 * right.length - 1;
  return Array.from({ length: count }, (_, n) => {
    const fromAxis = n - (right.length - 1);
    return section(plan, String(plan.firstSection + n), (offset) => {
      // Half a gangway on each side of a border; the outermost sections end at the stage, without one.
      const outer = (k: number) => alongRow(offset, right[k]!) - (k === right.length - 1 ? 0 : AISLE / 2);
      const inner = (k: number) => alongRow(offset, right[k - 1]!) + AISLE / 2;
      const k = Math.abs(fromAxis);
      if (k === 0) return [-outer(0), outer(0)];
      return fromAxis > 0 ? [inner(k), outer(k)] : [-outer(k), -inner(k)];
    });
  });
}

type Span = (offset: number) => [from: number, to: number];

function section(plan: Tier, id: string, span: Span): Zone {
  const rows: Row[] = [];
  const add = (offset: number, kinds: (length: number) => Kind[]) => {
    const rowNumber = String(rows.length + 1);
    const labels = { row_label: `Row ${rowNumber}`, row_number_position: "both" };
    rows.push(row(id, rowNumber, placesOf(plan, offset, span(offset), kinds), labels));
  };
  for (let index = 0; index < plan.rows; index++) add(plan.offset + index * ROW_PITCH, seatsOf);
  let last = plan.offset + (plan.rows - 1) * ROW_PITCH;
  if (plan.platform) {
    last += PLATFORM_BEHIND_LAST_ROW;
    add(last, pairsOf);
  }
  const [from, to] = span(last + NUMBER_BEHIND);
  return zone(id, `${plan.name} ${id}`, rows, [
    caption(id, onRow(last + NUMBER_BEHIND, (from + to) / 2), 34),
  ]);
}

type Kind = "seat" | "wheelchair" | "companion";

const widthOf = (kind: Kind) => (kind === "wheelchair" ? WHEELCHAIR_WIDTH : SEAT_PITCH);

/** As many seats as fit. */
const seatsOf = (length: number): Kind[] => new Array<Kind>(Math.floor(length / SEAT_PITCH)).fill("seat");

/** As many pairs of a wheelchair place and its companion's seat as fit. */
const pairsOf = (length: number): Kind[] =>
  Array.from({ length: Math.floor(length / (WHEELCHAIR_WIDTH + SEAT_PITCH)) }, (): Kind[] => [
    "wheelchair",
    "companion",
  ]).flat();

function placesOf(
  plan: Tier,
  offset: number,
  [from, to]: [number, number],
  kindsOf: (length: number) => Kind[],
): Place[] {
  const kinds = kindsOf(to - from);
  const width = kinds.reduce((sum, kind) => sum + widthOf(kind), 0);
  // What is left over goes to both ends.
  let along = (from + to - width) / 2;
  const places: Place[] = [];
  for (const [index, kind] of kinds.entries()) {
    const point = onRow(offset, along + widthOf(kind) / 2);
    along += widthOf(kind);
    places.push({
      ...point,
      number: index + 1,
      // A companion pays what the place beside costs.
      category: kind === "companion" ? places.at(-1)!.category : seatCategory(point, plan.upper),
      accessible: kind === "wheelchair",
      companion: kind === "companion",
    });
  }
  return places;
}
