import type { Area } from "#shared/seating-plan/schema.ts";
import { type Point, round } from "./units.ts";

const WALL = "#b8b0a4";
const FLOOR = "#f4f1ec";
const INK = "#4a443c";

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
