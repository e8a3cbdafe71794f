import type { Area, SeatingPlan } from "#shared/seating-plan/schema.ts";
import { caption, polygon } from "../common/areas.ts";
import { METRE, type Point } from "../common/units.ts";
import { CORNER_RADIUS, FLOOR_DEPTH, HALF_WIDTH } from "./bowl.ts";
import type { Category } from "./prices.ts";

const STAGE_HALF_WIDTH = 13 * METRE;
const STAGE_DEPTH = 12 * METRE;
/** Between the stage and the barrier: security, and cameras on rails. */
const PIT_DEPTH = 2.5 * METRE;
/** Between the standing areas and the rail of the bowl: the way out. */
const WAY_OUT = 2 * METRE;
const FRONT_END = 15 * METRE;
/** The second barrier, which parts the two areas, has a lane behind it. */
const REAR_START = FRONT_END + 1.5 * METRE;
const REAR_END = FLOOR_DEPTH - WAY_OUT;
const DESK = { halfWidth: 4 * METRE, from: REAR_END - 8 * METRE, to: REAR_END - 3 * METRE };

/** Half a square metre a person: what a standing crowd at a concert is planned with. */
const SQUARE_METRES_A_PERSON = 0.5;

/** Where people stand, as outlines; y from the stage on. */
const FRONT: Point[] = rectangle(HALF_WIDTH - WAY_OUT, PIT_DEPTH, FRONT_END);
const REAR: Point[] = [
  ...rectangle(HALF_WIDTH - WAY_OUT, REAR_START, FLOOR_DEPTH - CORNER_RADIUS).slice(0, 2),
  ...backCorners(),
];

/** The standing areas of the plan: their places have no numbers. */
export function standing(): NonNullable<SeatingPlan["general_admission"]> {
  const deskArea = squareMetres(rectangle(DESK.halfWidth, DESK.from, DESK.to));
  return [
    area("Front standing", squareMetres(FRONT)),
    // Nobody stands where the sound is mixed.
    area("Standing", squareMetres(REAR) - deskArea),
  ];
}

const area = (name: Extract<Category, "Front standing" | "Standing">, metres: number) => ({
  name,
  category: name,
  capacity: Math.floor(metres / SQUARE_METRES_A_PERSON / 100) * 100,
});

/** Stage, standing areas and desk, as they are drawn. */
export function floorDrawing(): Area[] {
  return [
    polygon(rectangle(STAGE_HALF_WIDTH, -STAGE_DEPTH, 0), "#e2d9cb"),
    caption("Stage", { x: 0, y: -STAGE_DEPTH / 2 }, 60),
    polygon(FRONT, "#ead7de"),
    caption("Front standing", { x: 0, y: (PIT_DEPTH + FRONT_END) / 2 }, 48),
    polygon(REAR, "#e9e1f0"),
    caption("Standing", { x: 0, y: (REAR_START + DESK.from) / 2 }, 48),
    polygon(rectangle(DESK.halfWidth, DESK.from, DESK.to), "#d5d0c8"),
    caption("Sound", { x: 0, y: (DESK.from + DESK.to) / 2 }, 30),
  ];
}

/** From the left corner near the stage, clockwise. */
function rectangle(halfWidth: number, from: number, to: number): Point[] {
  return [
    { x: -halfWidth, y: from },
    { x: halfWidth, y: from },
    { x: halfWidth, y: to },
    { x: -halfWidth, y: to },
  ];
}

/** The rounded back of the floor, from the right to the left, inside the rail by the way out. */
function backCorners(): Point[] {
  const radius = CORNER_RADIUS - WAY_OUT;
  const right = Array.from({ length: 10 }, (_, n) => {
    const angle = (Math.PI / 2) * (1 - n / 9);
    return {
      x: HALF_WIDTH - CORNER_RADIUS + radius * Math.sin(angle),
      y: FLOOR_DEPTH - CORNER_RADIUS + radius * Math.cos(angle),
    };
  });
  return [...right, ...right.toReversed().map(({ x, y }) => ({ x: -x, y }))];
}

/** The shoelace formula. */
function squareMetres(outline: Point[]): number {
  const doubled = outline.reduce((sum, a, index) => {
    const b = outline[(index + 1) % outline.length]!;
    return sum + a.x * b.y - b.x * a.y;
  }, 0);
  return Math.abs(doubled) / 2 / METRE ** 2;
}
