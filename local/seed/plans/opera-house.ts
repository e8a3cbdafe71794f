import { writeFileSync } from "node:fs";
import type { SeatingPlan, Zone } from "#shared/seating-plan/schema.ts";
import { move, zone } from "./common/zone.ts";
import { boxes, centralBox } from "./house/boxes.ts";
import { orchestraPit, stageAndName } from "./house/drawing.ts";
import { CATEGORIES, isRestricted, level } from "./house/prices.ts";
import { stalls } from "./house/stalls.ts";
import { type Tier, tier } from "./house/tier.ts";

/**
 * An opera house of four levels, drawn by rule: see README.md for what it follows. Run it to write the plan file:
 * `node local/seed/plans/opera-house.ts`. The same code always writes the same file.
 */

const BOXES_PER_SIDE = 12;

const BALCONY: Tier = {
  zoneId: "balcony",
  name: "Balcony",
  centreRows: 5,
  sideRows: 2,
  centreDegrees: 38,
  sideGangwayDegrees: 80,
  wheelchairPairs: 0,
  category: (rowsInFront, section, degrees) => {
    if (section === "Centre") return level(rowsInFront < 2 ? 1 : 2);
    return isRestricted(rowsInFront, degrees) ? "Restricted view" : level(degrees < 45 ? 2 : 3);
  },
};

/** The deepest tier, the farthest from the stage, and the one with a lift to its last row. */
const GALLERY: Tier = {
  zoneId: "gallery",
  name: "Gallery",
  centreRows: 7,
  sideRows: 3,
  centreDegrees: 40,
  sideGangwayDegrees: 80,
  wheelchairPairs: 2,
  category: (rowsInFront, section, degrees) => {
    if (section === "Centre") return level(rowsInFront < 3 ? 3 : 4);
    return isRestricted(rowsInFront, degrees) ? "Restricted view" : level(4);
  },
};

/** Levels lie above each other: on the page they stand apart, each below a stage of its own, in two columns. */
const PAGE = { width: 2640, height: 2760 };
const COLUMNS = [660, 1980];
const LINES = [280, 1600];

/** The whole house, in the order in which its zones are listed to a buyer: from the stalls up. */
export function operaHouse(): SeatingPlan {
  return {
    name: "Opera House",
    categories: CATEGORIES.map((category) => ({ ...category })),
    size: { ...PAGE },
    zones: [
      ...placed("Stalls", 0, 0, [
        ...stalls(),
        boxes("parterre-left", "Parterre Boxes Left", -1, BOXES_PER_SIDE),
        boxes("parterre-right", "Parterre Boxes Right", 1, BOXES_PER_SIDE),
        zone("pit", "Orchestra Pit", [], orchestraPit()),
      ]),
      ...placed("First Tier", 1, 0, [
        boxes("first-tier-left", "First Tier Boxes Left", -1, BOXES_PER_SIDE),
        centralBox("central-box", "Central Box"),
        boxes("first-tier-right", "First Tier Boxes Right", 1, BOXES_PER_SIDE),
      ]),
      ...placed("Balcony", 0, 1, tier(BALCONY)),
      ...placed("Gallery", 1, 1, tier(GALLERY)),
    ],
  };
}

/** A level on the page; its stage and its name are the drawings of its first zone. */
function placed(name: string, column: number, line: number, zones: Zone[]): Zone[] {
  const drawn = zones.map((zone, index) =>
    index === 0 ? { ...zone, areas: [...stageAndName(name), ...(zone.areas ?? [])] } : zone,
  );
  return move(drawn, { x: COLUMNS[column]!, y: LINES[line]! });
}

/** The text of the plan file: a line a row and a line an area, so that a change shows where it was made. */
export function planText(plan: SeatingPlan): string {
  const list = (items: unknown[], indent: string) =>
    items.length === 0 ? "[]" : `[\n${items.map((item) => indent + JSON.stringify(item)).join(",\n")}]`;
  const zones = plan.zones.map(({ rows, areas, ...head }) => {
    const open = JSON.stringify(head).slice(0, -1);
    return `  ${open}, "rows": ${list(rows, "    ")}, "areas": ${list(areas ?? [], "    ")}}`;
  });
  const { zones: _zones, ...head } = plan;
  return `${JSON.stringify(head).slice(0, -1)}, "zones": [\n${zones.join(",\n")}\n]}\n`;
}

if (import.meta.main) {
  writeFileSync(new URL("opera-house.json", import.meta.url), planText(operaHouse()));
}
