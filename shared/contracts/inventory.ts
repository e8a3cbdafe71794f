import { z } from "@hono/zod-openapi";
import { currency } from "../money/money.ts";
import { pathId, prefixedId } from "./common.ts";
import { SEAT_MAP_EXAMPLE } from "./examples.ts";
import { ETAG_HEADER, ifNoneMatch, route } from "./route.ts";

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

/** The media type of the seat map in two bits a seat; `workers/inventory/src/routes/present.ts` has its layout. */
export const PACKED_SEATS = "application/vnd.ticketflow.seats";

export const seatsRoute = route(
  { service: "inventory", access: "public", problems: ["EVENT_NOT_FOUND"] },
  {
    operationId: "seats",
    method: "get",
    path: "/api/inventory/events/{eventId}/seats",
    summary: "Every seat of an event with its price and status",
    tags: ["inventory"],
    request: {
      params: z.object({ eventId: pathId("evnt", "eventId") }),
      headers: ifNoneMatch,
    },
    responses: {
      200: {
        description: "The seat map, with an ETag; packed where `Accept` asks for it",
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

export const inventoryRoutes = [seatsRoute];
