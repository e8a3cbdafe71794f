import { z } from "@hono/zod-openapi";
import { amountMinor, currency } from "../money/money.ts";
import { idParam, instant, lineOfText, pageQuery, pagination, prefixedId } from "./common.ts";
import { json, jsonBody, route, SELLERS } from "./route.ts";
import { venue } from "./venues.ts";

export const EVENT_STATUSES = ["DRAFT", "ON_SALE", "CANCELLED", "ENDED"] as const;

const ticketTier = z
  .object({
    tier: lineOfText.min(1).max(100),
    price: amountMinor.openapi({ description: "Minor units", example: 9500 }),
    currency,
    capacity: z.int().min(1).max(100_000).optional(),
    seatCategories: z
      .array(z.string().min(1).max(200))
      .max(100)
      .optional()
      .openapi({ description: "The plan's categories sold at this price; the tier's own name when absent" }),
  })
  .openapi("TicketTier");

export const newEvent = z
  .object({
    name: lineOfText.min(2).max(200),
    description: z.string().max(5_000).optional(),
    venueId: z.string().max(100),
    startsAt: instant,
    endsAt: instant,
    onSaleAt: instant.optional(),
    category: lineOfText.max(100).optional(),
    imageUrl: z.url().max(2_000).optional(),
    ticketTiers: z.array(ticketTier).min(1).max(100),
  })
  .openapi("NewEvent");

const eventFields = {
  id: prefixedId("evnt"),
  organiserId: prefixedId("usr"),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  imageUrl: z.string().nullable(),
  status: z.enum(EVENT_STATUSES),
  startsAt: instant,
  endsAt: instant,
  onSaleAt: instant.nullable(),
  timeZone: z.string(),
  planVersion: z.int(),
  currency,
  ticketTiers: z.array(ticketTier),
};

const eventSummary = z
  .object({ ...eventFields, venueId: prefixedId("ven"), venueName: z.string(), city: z.string() })
  .openapi("EventSummary");

const event = eventSummary.extend({ venue }).openapi("Event");

export const listEventsRoute = route(
  { service: "events", access: "public" },
  {
    method: "get",
    path: "/api/events",
    summary: "Upcoming events, by date",
    tags: ["events"],
    request: {
      query: pageQuery.extend({
        venueId: z.string().max(100).optional(),
        from: instant.optional(),
        to: instant.optional(),
        q: z.string().max(100).optional().openapi({ description: "Words in the name or description" }),
        category: z.string().max(100).optional(),
      }),
    },
    responses: { 200: json(z.object({ data: z.array(eventSummary), pagination }), "A page of events") },
  },
);

export const getEventRoute = route(
  { service: "events", access: "public", problems: ["EVENT_NOT_FOUND"] },
  {
    method: "get",
    path: "/api/events/{id}",
    summary: "An event with its tiers and venue",
    tags: ["events"],
    request: { params: idParam },
    responses: { 200: json(event, "The event") },
  },
);

export const createEventRoute = route(
  { service: "events", access: SELLERS, problems: ["VENUE_NOT_FOUND", "PLAN_NOT_FOUND"] },
  {
    method: "post",
    path: "/api/events",
    summary: "Create an event in one of your venues and put it on sale",
    tags: ["events"],
    request: { body: jsonBody(newEvent) },
    responses: { 201: json(event, "The new event") },
  },
);

export const eventRoutes = [listEventsRoute, getEventRoute, createEventRoute];
