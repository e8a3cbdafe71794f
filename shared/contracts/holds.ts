import { z } from "@hono/zod-openapi";
import { amountMinor, currency } from "../money/money.ts";
import { instant, pathId, prefixedId } from "./common.ts";
import { HOLD_EXAMPLE, NEW_HOLD_EXAMPLE } from "./examples.ts";
import { idempotencyKey, MAX_PLACES, places } from "./places.ts";
import { ANY_USER, json, jsonBody, route } from "./route.ts";

const bestAvailable = z
  .object({
    quantity: z.int().min(1).max(MAX_PLACES),
    tier: z.string().min(1).max(200).optional().openapi({ example: "Premium" }),
    category: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "A category of the seating plan", example: "Category 1" }),
    minPrice: amountMinor.optional(),
    maxPrice: amountMinor.optional(),
    accessible: z.int().min(0).max(MAX_PLACES).default(0).openapi({
      description: "How many of them are places for wheelchairs; the others are beside them",
      example: 0,
    }),
    together: z.boolean().default(true).openapi({
      description:
        "Side by side, or no hold; `false` takes two rows, one behind the other, where nothing else is left",
    }),
  })
  .openapi("BestAvailable");

export const newHold = z
  .object({
    ...places,
    bestAvailable: bestAvailable
      .optional()
      .openapi({ description: "Seats of our choice, in place of `seatIds` and `generalAdmission`" }),
  })
  .refine(
    ({ bestAvailable: best, seatIds = [], generalAdmission = [] }) =>
      !best || seatIds.length + generalAdmission.length === 0,
    { path: ["bestAvailable"], message: "either seats of our choice, or places that you name" },
  )
  .openapi("NewHold", { example: NEW_HOLD_EXAMPLE });

const HOLD_STATUSES = ["HELD", "EXPIRED", "RELEASED"] as const;

const hold = z
  .object({
    holdId: prefixedId("hold"),
    eventId: prefixedId("evnt"),
    status: z.enum(HOLD_STATUSES).openapi({
      description: "A hold that was booked with is RELEASED: its places are the booking's",
    }),
    seatIds: z.array(z.string()).openapi({ description: "The places, of areas too, as a booking has them" }),
    lines: z.array(
      z.object({
        seatId: z.string().nullable(),
        label: z.string(),
        tier: z.string(),
        quantity: z.int(),
        price: z.int(),
      }),
    ),
    totalAmount: z.int().openapi({ description: "For display: a booking is priced when it is made" }),
    currency,
    expiresAt: instant,
    extendable: z.boolean().openapi({ description: "Whether its time can be given anew: once" }),
  })
  .openapi("Hold", { example: HOLD_EXAMPLE });

const ofEvent = { eventId: pathId("evnt", "eventId") };
const params = z.object({ ...ofEvent, holdId: pathId("hold", "holdId") });
const LIMITS = ["holds by user"] as const;

export const createHoldRoute = route(
  {
    service: "inventory",
    access: ANY_USER,
    limits: LIMITS,
    problems: [
      "INVALID_SEAT_COUNT",
      "EVENT_NOT_FOUND",
      "EVENT_NOT_ON_SALE",
      "SEATS_UNAVAILABLE",
      "HOLD_LIMIT_REACHED",
      "IDEMPOTENCY_KEY_REUSED",
    ],
  },
  {
    operationId: "createHold",
    method: "post",
    path: "/api/inventory/events/{eventId}/holds",
    summary: "Hold places for a few minutes, all of them or none, before they are booked",
    description:
      "Answered at once. Book with `POST /api/bookings` and the `holdId` before it expires. What is not free is in " +
      "`unavailableSeatIds` of the problem.",
    tags: ["inventory"],
    request: { params: z.object(ofEvent), headers: idempotencyKey, body: jsonBody(newHold) },
    responses: {
      201: {
        ...json(hold, "The hold; Location says where it is"),
        headers: z.object({
          location: z.string().openapi({
            description: "Where the hold is",
            example: `/api/inventory/events/${HOLD_EXAMPLE.eventId}/holds/${HOLD_EXAMPLE.holdId}`,
          }),
        }),
      },
    },
  },
);

export const getHoldRoute = route(
  { service: "inventory", access: ANY_USER, problems: ["EVENT_NOT_FOUND", "HOLD_NOT_FOUND"] },
  {
    operationId: "getHold",
    method: "get",
    path: "/api/inventory/events/{eventId}/holds/{holdId}",
    summary: "One of your holds",
    tags: ["inventory"],
    request: { params },
    responses: { 200: json(hold, "The hold") },
  },
);

export const extendHoldRoute = route(
  {
    service: "inventory",
    access: ANY_USER,
    limits: LIMITS,
    problems: ["EVENT_NOT_FOUND", "HOLD_NOT_FOUND", "HOLD_EXPIRED", "HOLD_NOT_EXTENDABLE"],
  },
  {
    operationId: "extendHold",
    method: "post",
    path: "/api/inventory/events/{eventId}/holds/{holdId}/extend",
    summary: "Give a hold its time anew, once",
    tags: ["inventory"],
    request: { params },
    responses: { 200: json(hold, "The hold with its new expiry") },
  },
);

export const releaseHoldRoute = route(
  { service: "inventory", access: ANY_USER, problems: ["EVENT_NOT_FOUND", "HOLD_NOT_FOUND"] },
  {
    operationId: "releaseHold",
    method: "delete",
    path: "/api/inventory/events/{eventId}/holds/{holdId}",
    summary: "Give held places back; again with the same answer",
    tags: ["inventory"],
    request: { params },
    responses: { 204: { description: "Nothing is held by it any more" } },
  },
);

export const holdRoutes = [createHoldRoute, getHoldRoute, extendHoldRoute, releaseHoldRoute];
