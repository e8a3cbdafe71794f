import { z } from "zod";
import {
  MAX_AREA_TEXT_LENGTH,
  MAX_AREAS,
  MAX_CATEGORIES,
  MAX_COORDINATE,
  MAX_NAME_LENGTH,
  MAX_PLACES,
  MAX_POLYGON_POINTS,
  MAX_ROWS,
  MAX_ZONES,
} from "./limits.ts";

/**
 * The exchange format: pretix's open seating-plan JSON, version 0.0.1, and our extensions
 * (`accessible`, `companion`, `general_admission`). Field by field it takes what that schema takes:
 * https://github.com/pretix/pretix/blob/master/src/pretix/static/seating/seating-plan.schema.json
 * Lengths are in plan units (pixels in the editor), rotations in degrees clockwise.
 */

/** General-admission places get ids `ga:<name>:<n>`, so no seat may have such an id. */
const GENERAL_ADMISSION_PREFIX = "ga:";

/** Control characters and lone surrogates: not storable in Postgres, not printable on a ticket. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "has a control character or half a surrogate pair");
const name = text(MAX_NAME_LENGTH);
const requiredName = name.min(1).refine((value) => value.trim() === value, "begins or ends with a space");
const drawnText = z
  .string()
  .max(MAX_AREA_TEXT_LENGTH)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, "has a control character or half a surrogate pair");

/** The characters of any CSS colour, and none that could end an attribute or a declaration. */
const color = z
  .string()
  .max(64)
  .regex(/^[\w#(),.%/ -]*$/, "is not a CSS colour");

const coordinate = z.number().min(-MAX_COORDINATE).max(MAX_COORDINATE);
const length = z.number().min(0).max(MAX_COORDINATE);
const positionSchema = z.object({ x: coordinate, y: coordinate });
const id = { uuid: name.optional() };

export const seatSchema = z.object({
  ...id,
  seat_guid: requiredName.refine(
    (value) => !value.toLowerCase().startsWith(GENERAL_ADMISSION_PREFIX),
    `begins with "${GENERAL_ADMISSION_PREFIX}", which is kept for general-admission places`,
  ),
  seat_number: name,
  position: positionSchema,
  category: name,
  radius: length.optional(),
  start_direction: name.nullish(),
  /** A place for a wheelchair. */
  accessible: z.boolean().optional(),
  /** The seat of the person who comes along with a wheelchair user. */
  companion: z.boolean().optional(),
});

export const rowSchema = z.object({
  ...id,
  row_number: name,
  row_label: name.nullish(),
  seat_label: name.nullish(),
  row_number_position: name.nullish(),
  position: positionSchema.optional(),
  seats: z.array(seatSchema).max(MAX_PLACES),
});

/** A drawing. `width`, `height` and a plain `text` are the older form, the named shapes the newer one. */
export const areaSchema = z.object({
  ...id,
  position: positionSchema.optional(),
  rotation: coordinate.optional(),
  color: color.optional(),
  border_color: color.optional(),
  width: length.optional(),
  height: length.optional(),
  shape: z.enum(["polygon", "rectangle", "ellipse", "circle", "text"]).optional(),
  /** Points relative to the area's position. */
  polygon: z.object({ points: z.array(positionSchema).max(MAX_POLYGON_POINTS) }).optional(),
  rectangle: z.object({ width: length, height: length }).optional(),
  ellipse: z.object({ radius: z.object({ x: length, y: length }) }).optional(),
  circle: z.object({ radius: length }).optional(),
  text: z
    .union([
      drawnText,
      z.object({
        text: drawnText,
        color: color.optional(),
        size: length.optional(),
        position: positionSchema.optional(),
      }),
    ])
    .optional(),
});

export const zoneSchema = z.object({
  ...id,
  name: name.optional(),
  zone_id: name.optional(),
  displayed: z.boolean().optional(),
  position: positionSchema,
  rows: z.array(rowSchema).max(MAX_ROWS),
  areas: z.array(areaSchema).max(MAX_AREAS).optional(),
});

export const categorySchema = z.object({ name: requiredName, color: color.optional() });

export const generalAdmissionSchema = z.object({
  name: requiredName.refine((value) => !value.includes(":"), 'has a ":", which separates the parts of an id'),
  category: name,
  capacity: z.int().min(1).max(MAX_PLACES),
});

/** The shape of a plan. What holds between its parts (unique guids, known categories) `parsePlan` checks. */
export const seatingPlanSchema = z.object({
  name: requiredName,
  categories: z.array(categorySchema).max(MAX_CATEGORIES),
  size: z.object({ width: length, height: length }).optional(),
  zones: z.array(zoneSchema).max(MAX_ZONES),
  general_admission: z.array(generalAdmissionSchema).max(MAX_CATEGORIES).optional(),
});

export type SeatingPlan = z.infer<typeof seatingPlanSchema>;
export type Zone = z.infer<typeof zoneSchema>;
export type Row = z.infer<typeof rowSchema>;
export type Seat = z.infer<typeof seatSchema>;
export type Area = z.infer<typeof areaSchema>;
