import { z } from "@hono/zod-openapi";
import { currency } from "../money/money.ts";
import { pathId, prefixedId } from "./common.ts";
import { exampleId, SEAT_MAP_EXAMPLE, SEAT_PLAN_EXAMPLE } from "./examples.ts";
import { cacheable, ETAG_HEADER, ifNoneMatch, route } from "./route.ts";

/** What 32 bits of the packed map hold. */
const MAX_VERSION = 4_294_967_295;

export const SEAT_STATUSES = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"] as const;

export const seatSummary = z.object({
  total: z.int(),
  available: z.int(),
  locked: z.int(),
  reserved: z.int(),
  blocked: z.int(),
});

const seat = z
  .object({
    id: z.string(),
    section: z.string(),
    row: z.string(),
    number: z.string(),
    tier: z.string(),
    price: z.int(),
    currency,
    status: z.enum(SEAT_STATUSES),
    accessible: z.boolean().optional(),
    companion: z.boolean().optional(),
  })
  .openapi("Seat");

const seatMap = z
  .object({
    eventId: prefixedId("evnt"),
    seats: z.array(seat),
    generalAdmission: z.array(
      z.object({
        name: z.string(),
        tier: z.string(),
        price: z.int(),
        currency,
        capacity: z.int(),
        available: z.int(),
      }),
    ),
    summary: seatSummary,
  })
  .openapi("SeatMap", { example: SEAT_MAP_EXAMPLE });

/** The media type of the seat map in two bits a seat; `shared/seats/packed.ts` has its layout. */
export const PACKED_SEATS = "application/vnd.ticketflow.seats";

export const seatsRoute = route(
  { service: "inventory", access: "public", problems: ["EVENT_NOT_FOUND"] },
  {
    operationId: "seats",
    method: "get",
    path: "/api/inventory/events/{eventId}/seats",
    summary: "Every seat of an event with its price and status",
    description:
      "For display: up to a second old. Send `Cache-Control: no-cache` for the map as it is, as after a booking of your own.",
    tags: ["inventory"],
    request: {
      params: z.object({ eventId: pathId("evnt", "eventId") }),
      query: z.object({
        since: z
          .string()
          .regex(/^\d{1,10}-\d{1,15}$/, "an epoch and a sequence number, such as 1-42")
          .optional()
          .openapi({
            description:
              "Epoch and sequence number of a packed map or delta that you have: what has changed since, where the " +
              "packed form is asked for and that can be told; else the whole map",
            example: "1-42",
          }),
      }),
      headers: ifNoneMatch,
    },
    responses: {
      200: {
        description:
          "The seat map, with an ETag; packed where `Accept` asks for it, or what has changed of it",
        headers: ETAG_HEADER,
        content: {
          "application/json": { schema: seatMap },
          [PACKED_SEATS]: {
            schema: z.any().openapi({ type: "string", format: "binary", example: "(two bits a seat)" }),
          },
        },
      },
      304: { description: "Unchanged since the ETag in If-None-Match" },
    },
  },
);

const indexes = (description: string) => z.array(z.int()).openapi({ description });

const seatPlan = z
  .object({
    eventId: prefixedId("evnt"),
    version: z.int().openapi({ description: "The event's: what the packed map and `v` name" }),
    planVersion: z.int().openapi({ description: "Of the order of the seats, as the packed map names it" }),
    currency,
    tiers: z.array(z.object({ tier: z.string(), price: z.int() })),
    rows: z
      .array(z.object({ section: z.string(), row: z.string(), seats: z.int() }))
      .openapi({ description: "Rows with the number of their seats, which follow one another in `seats`" }),
    seats: z
      .object({
        id: z.array(z.string()),
        number: z.array(z.string()),
        tier: indexes("Of each seat, into `tiers`"),
        x: z.array(z.number()),
        y: z.array(z.number()),
        accessible: indexes("The seats that are places for a wheelchair"),
        companion: indexes("The seats beside them"),
      })
      .openapi({ description: "Columns, in the order of the packed map" }),
    areas: z.array(z.object({ name: z.string(), tier: z.int(), capacity: z.int() })),
  })
  .openapi("SeatPlan", { example: SEAT_PLAN_EXAMPLE });

export const seatPlanRoute = route(
  { service: "inventory", access: "public", problems: ["EVENT_NOT_FOUND"] },
  {
    operationId: "seatPlan",
    method: "get",
    path: "/api/inventory/events/{eventId}/plan",
    summary: "What an event's seat map is made of: places, tiers and prices, without who has them",
    description:
      "Under its version, `v`, it never changes and may be kept for good. Without one, or with another than the " +
      "current one, the answer leads to the current one.",
    tags: ["inventory"],
    request: {
      params: z.object({ eventId: pathId("evnt", "eventId") }),
      query: z.object({
        v: z.coerce
          .number()
          .int()
          .min(1)
          .max(MAX_VERSION)
          .optional()
          .openapi({ description: "The event's version, as the packed seat map has it", example: 1 }),
      }),
      headers: ifNoneMatch,
    },
    responses: {
      ...cacheable(seatPlan, "The plan"),
      302: {
        description: "The plan as it is now is elsewhere",
        headers: z.object({
          location: z.string().openapi({
            description: "The path of the current version",
            example: `/api/inventory/events/${exampleId("evnt")}/plan?v=1`,
          }),
        }),
      },
    },
  },
);

export const inventoryRoutes = [seatsRoute, seatPlanRoute];
