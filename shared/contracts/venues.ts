import { z } from "@hono/zod-openapi";
import { MAX_PLAN_BYTES } from "../seating-plan/limits.ts";
import { idInPath, instant, lineOfText, prefixedId } from "./common.ts";
import { PLAN_EXAMPLE, PLAN_RECEIPT_EXAMPLE, STORED_VENUE_EXAMPLE, VENUE_EXAMPLE } from "./examples.ts";
import { cacheable, ifNoneMatch, json, jsonBody, route, SELLERS } from "./route.ts";

/** A zone name that this runtime knows, such as `Europe/Vienna`. */
const timeZone = z.string().max(64).refine(isTimeZone, "an IANA time zone");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const newVenue = z
  .object({
    name: lineOfText.min(2).max(200),
    address: lineOfText.min(1).max(300),
    city: lineOfText.min(1).max(100),
    country: z.string().regex(/^[A-Z]{2}$/, "ISO 3166-1 alpha-2, upper case"),
    capacity: z.int().min(1).max(100_000),
    timeZone: timeZone.default("UTC"),
  })
  .openapi("NewVenue", { example: VENUE_EXAMPLE });

export const venue = newVenue
  .extend({
    id: prefixedId("ven"),
    organiserId: prefixedId("usr"),
    timeZone: z.string(),
    planVersion: z.int().nullable().openapi({ description: "null until a plan was uploaded" }),
    createdAt: instant,
  })
  .openapi("Venue", { example: STORED_VENUE_EXAMPLE });

const planReceipt = z
  .object({
    venueId: prefixedId("ven"),
    planVersion: z.int(),
    seats: z.int(),
    generalAdmissionPlaces: z.int(),
    categories: z.array(z.string()),
    ignored: z.array(z.string()).openapi({ description: "Parts of the file that were not understood" }),
  })
  .openapi("PlanReceipt", { example: PLAN_RECEIPT_EXAMPLE });

export const createVenueRoute = route(
  { service: "events", access: SELLERS },
  {
    operationId: "createVenue",
    method: "post",
    path: "/api/venues",
    summary: "Create a venue",
    tags: ["venues"],
    request: { body: jsonBody(newVenue) },
    responses: { 201: json(venue, "The new venue") },
  },
);

export const getVenueRoute = route(
  { service: "events", access: "public", problems: ["VENUE_NOT_FOUND"] },
  {
    operationId: "getVenue",
    method: "get",
    path: "/api/venues/{id}",
    summary: "A venue",
    tags: ["venues"],
    request: { params: idInPath("ven") },
    responses: { 200: json(venue, "The venue") },
  },
);

export const putPlanRoute = route(
  {
    service: "events",
    access: SELLERS,
    problems: ["VENUE_NOT_FOUND", "PLAN_CHANGED_MEANWHILE", "PAYLOAD_TOO_LARGE"],
    maxBodyBytes: MAX_PLAN_BYTES,
    rawBody: { description: "A seating plan, version 0.0.1 of the format", example: PLAN_EXAMPLE },
  },
  {
    operationId: "putPlan",
    method: "put",
    path: "/api/venues/{id}/plan",
    summary: "Upload the venue's seating plan (pretix seating plan format 0.0.1)",
    tags: ["venues"],
    request: { params: idInPath("ven") },
    responses: { 200: json(planReceipt, "What was read, and what was ignored") },
  },
);

export const getPlanRoute = route(
  { service: "events", access: "public", problems: ["VENUE_NOT_FOUND", "PLAN_NOT_FOUND"] },
  {
    operationId: "getPlan",
    method: "get",
    path: "/api/venues/{id}/plan",
    summary: "The venue's seating plan",
    tags: ["venues"],
    request: { params: idInPath("ven"), headers: ifNoneMatch },
    responses: {
      ...cacheable(
        z.record(z.string(), z.unknown()).openapi({ example: PLAN_EXAMPLE }),
        "The plan, in the format it came in",
      ),
    },
  },
);

export const venueRoutes = [createVenueRoute, getVenueRoute, putPlanRoute, getPlanRoute];
