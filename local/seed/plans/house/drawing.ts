import type { Area } from "#shared/seating-plan/schema.ts";
import { METRE, onStallsArc, type Point, round, STALLS_FRONT } from "./geometry.ts";

const WALL = "#b8b0a4";
const FLOOR = "#f4f1ec";
const INK = "#4a443c";

const STAGE_HALF_WIDTH = 7.5 * METRE;
const STAGE_DEPTH = 3 * METRE;
/** The front edge bows out towards the house. */
const APRON = 0.8 * METRE;
const PIT_HALF_WIDTH = 6.5 * METRE;
const PIT_FRONT = APRON + 0.2 * METRE;
/** A row of people can pass between the rail of the pit and the first seats. */
const PIT_RAIL = STALLS_FRONT - 1.2 * METRE;

/** A closed outline; its points become relative to the first one, as the format has it. */
export function polygon(points: Point[], color: string = FLOOR): Area {
  const origin = { x: round(points[0]!.x), y: round(points[0]!.y) };
  return {
    shape: "polygon",
    position: origin,
    rotation: 0,
    color,
    border_color: WALL,
    polygon: { points: points.map(({ x, y }) => ({ x: round(x - origin.x), y: round(y - origin.y) })) },
  };
}

/** A text centred on a point; `size` is the height of the letters in plan units. */
export function caption(text: string, at: Point, size: number): Area {
  return {
    shape: "text",
    position: { x: round(at.x), y: round(at.y) },
    rotation: 0,
    text: { text, color: INK, size, position: { x: 0, y: 0 } },
  };
}

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
