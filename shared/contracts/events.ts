import { z } from "@hono/zod-openapi";
import { idInPath, instant, lineOfText, pageQuery, pagination, prefixedId } from "./common.ts";
import { changedEvent, event, eventSummary, newEvent } from "./event-schemas.ts";
import { exampleId } from "./examples.ts";
import { cacheable, ifNoneMatch, json, jsonBody, route, SELLERS } from "./route.ts";

/** 100,000 blocked seats with ids of 40 characters. */
const MAX_UPDATE_BYTES = 5_000_000;

const hasOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || Date.parse(from) <= Date.parse(to);

export const listEventsRoute = route(
  { service: "events", access: "public" },
  {
    operationId: "listEvents",
    method: "get",
    path: "/api/events",
    summary: "Upcoming events, by date",
    tags: ["events"],
    request: {
      query: pageQuery
        .extend({
          venueId: z
            .string()
            .max(100)
            .optional()
            .openapi({ example: exampleId("ven") }),
          from: instant.optional().openapi({ description: "Events that begin then or later" }),
          to: instant.optional().openapi({ description: "Events that begin then or earlier" }),
          q: z.string().trim().max(100).optional().openapi({
            description: "A text in the name or description, in upper or lower case",
            example: "traviata",
          }),
          category: z.string().max(100).optional().openapi({ example: "opera" }),
        })
        .refine(hasOrder, { path: ["to"], message: "must not come before from" }),
      headers: ifNoneMatch,
    },
    responses: {
      ...cacheable(z.object({ data: z.array(eventSummary), pagination }), "A page of events"),
    },
  },
);

export const trendingEventsRoute = route(
  { service: "events", access: "public" },
  {
    operationId: "trendingEvents",
    method: "get",
    path: "/api/events/trending",
    summary: "The events on sale that were looked at most in the last day",
    tags: ["events"],
    request: {
      query: z.object({ limit: z.coerce.number().int().min(1).max(50).default(10) }),
      headers: ifNoneMatch,
    },
    responses: {
      ...cacheable(
        z.object({
          data: z.array(eventSummary),
          source: z.enum(["trending", "upcoming"]).openapi({
            description: "`upcoming`: nobody knows what is looked at, so these are the next ones by date",
          }),
        }),
        "Events, the most wanted first",
      ),
    },
  },
);

export const getEventRoute = route(
  { service: "events", access: "public", knowsCaller: true, problems: ["EVENT_NOT_FOUND"] },
  {
    operationId: "getEvent",
    method: "get",
    path: "/api/events/{id}",
    summary: "An event with its tiers and venue; a draft for its organiser only",
    tags: ["events"],
    request: { params: idInPath("evnt"), headers: ifNoneMatch },
    responses: { ...cacheable(event, "The event") },
  },
);

export const createEventRoute = route(
  {
    service: "events",
    access: SELLERS,
    problems: ["VENUE_NOT_FOUND", "PLAN_NOT_FOUND"],
    maxBodyBytes: MAX_UPDATE_BYTES,
  },
  {
    operationId: "createEvent",
    method: "post",
    path: "/api/events",
    summary: "Create an event in one of your venues, on sale or as a draft",
    tags: ["events"],
    request: { body: jsonBody(newEvent) },
    responses: { 201: json(event, "The new event") },
  },
);

export const updateEventRoute = route(
  {
    service: "events",
    access: SELLERS,
    problems: ["EVENT_NOT_FOUND", "PLAN_NOT_FOUND", "EVENT_NOT_CHANGEABLE", "EVENT_CHANGED_MEANWHILE"],
    maxBodyBytes: MAX_UPDATE_BYTES,
  },
  {
    operationId: "updateEvent",
    method: "put",
    path: "/api/events/{id}",
    summary: "Change one of your events, or put a draft on sale",
    description:
      "Once its sale has begun, an event may only gain seats and block seats: a plan that it goes over to has " +
      "all seats of the old one, and its standing areas as they were.",
    tags: ["events"],
    request: { params: idInPath("evnt"), body: jsonBody(changedEvent) },
    responses: { 200: json(event, "The event as it is now") },
  },
);

export const cancelEventRoute = route(
  {
    service: "events",
    access: SELLERS,
    problems: ["EVENT_NOT_FOUND", "EVENT_NOT_CHANGEABLE", "EVENT_CHANGED_MEANWHILE"],
  },
  {
    operationId: "cancelEvent",
    method: "post",
    path: "/api/events/{id}/cancel",
    summary: "Cancel one of your events: nothing is sold any more, and every booking is refunded",
    tags: ["events"],
    request: {
      params: idInPath("evnt"),
      body: {
        ...jsonBody(
          z.object({ reason: lineOfText.max(500).optional().openapi({ example: "The singer is ill" }) }),
        ),
        required: false,
      },
    },
    responses: {
      202: json(
        z
          .object({
            eventId: prefixedId("evnt"),
            status: z.literal("CANCELLED"),
            reason: z.string().openapi({ example: "The singer is ill" }),
            cancelledAt: instant,
          })
          .openapi("EventCancelled"),
        "Cancelled; the bookings follow. Again with the same answer",
      ),
    },
  },
);

/** In the order in which they are looked for: `trending` is no event's id. */
export const eventRoutes = [
  listEventsRoute,
  trendingEventsRoute,
  getEventRoute,
  createEventRoute,
  updateEventRoute,
  cancelEventRoute,
];
