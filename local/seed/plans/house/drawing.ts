import type { Area } from "#shared/seating-plan/schema.ts";
import { caption, polygon } from "../common/areas.ts";
import { METRE } from "../common/units.ts";
import { onStallsArc, STALLS_FRONT } from "./geometry.ts";

const STAGE_HALF_WIDTH = 7.5 * METRE;
const STAGE_DEPTH = 3 * METRE;
/** The front edge bows out towards the house. */
const APRON = 0.8 * METRE;
const PIT_HALF_WIDTH = 6.5 * METRE;
const PIT_FRONT = APRON + 0.2 * METRE;
/** A row of people can pass between the rail of the pit and the first seats. */
const PIT_RAIL = STALLS_FRONT - 1.2 * METRE;

/** What every level looks at: the stage, with the name of the level above it. */
export function stageAndName(levelName: string): Area[] {
  return [
    polygon(
      [
        { x: -STAGE_HALF_WIDTH, y: -STAGE_DEPTH },
        { x: STAGE_HALF_WIDTH, y: -STAGE_DEPTH },
        { x: STAGE_HALF_WIDTH, y: 0 },
        { x: STAGE_HALF_WIDTH / 2, y: APRON },
        { x: -STAGE_HALF_WIDTH / 2, y: APRON },
        { x: -STAGE_HALF_WIDTH, y: 0 },
      ],
      "#e2d9cb",
    ),
    caption("Stage", { x: 0, y: -STAGE_DEPTH / 2 }, 36),
    caption(levelName, { x: 0, y: -STAGE_DEPTH - 1.5 * METRE }, 48),
  ];
}

/** The pit, between the stage and the first row of the stalls, whose curve its rail follows. */
export function orchestraPit(): Area[] {
  const rail = [1, 0.5, 0, -0.5, -1].map((part) => onStallsArc(PIT_RAIL, part * PIT_HALF_WIDTH));
  const corners = [
    { x: -PIT_HALF_WIDTH, y: PIT_FRONT },
    { x: PIT_HALF_WIDTH, y: PIT_FRONT },
  ];
  const middle = { x: 0, y: (PIT_FRONT + PIT_RAIL) / 2 };
  return [polygon([...corners, ...rail], "#d5d0c8"), caption("Orchestra pit", middle, 24)];
}
