import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import type { Identity } from "#shared/auth/roles.ts";
import type { newVenue } from "#shared/contracts/venues.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { parsePlanText } from "#shared/seating-plan/parse.ts";
import { seatTable } from "#shared/seating-plan/seat-table.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";

/** Creates a venue that belongs to the caller. */
export async function createVenue(
  deps: EventsDeps,
  caller: Identity,
  input: z.infer<typeof newVenue>,
): Promise<VenueDocument> {
  const now = deps.clock();
  const venue = {
    _id: newId("ven", now),
    organiserId: caller.userId,
    ...input,
    plan: null,
    createdAt: new Date(now),
  };
  await deps.store.venues.insertOne(venue);
  return venue;
}

/** @throws Problem VENUE_NOT_FOUND */
export async function findVenue(deps: EventsDeps, id: string): Promise<VenueDocument> {
  const venue = await deps.store.venues.findOne({ _id: id });
  if (!venue) throw new Problem("VENUE_NOT_FOUND");
  return venue;
}

/**
 * A venue that the caller may change.
 * @throws Problem VENUE_NOT_FOUND, also for a foreign one
 */
export async function ownVenue(deps: EventsDeps, caller: Identity, id: string): Promise<VenueDocument> {
  const scope = caller.role === "ADMIN" ? {} : { organiserId: caller.userId };
  const venue = await deps.store.venues.findOne({ _id: id, ...scope });
  if (!venue) throw new Problem("VENUE_NOT_FOUND");
  return venue;
}

/**
 * Puts a seating plan in force for events that are created from now on. The same text again keeps its version.
 * @throws Problem VENUE_NOT_FOUND, VALIDATION_ERROR naming the places in the file that are wrong
 */
export async function putPlan(deps: EventsDeps, caller: Identity, venueId: string, text: string) {
  const venue = await ownVenue(deps, caller, venueId);
  const parsed = parsePlanText(text);
  if (!parsed.ok) throw new Problem("VALIDATION_ERROR", "The seating plan is not valid", parsed.errors);
  const table = seatTable(parsed.plan);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const planVersion =
    venue.plan?.sha256 === sha256 ? venue.plan.version : await storePlan(deps, venue, { text, sha256 });
  return {
    venueId,
    planVersion,
    seats: table.count,
    generalAdmissionPlaces: table.generalAdmission.reduce((sum, area) => sum + area.capacity, 0),
    categories: table.categories,
    ignored: parsed.ignored,
  };
}

async function storePlan(
  deps: EventsDeps,
  venue: VenueDocument,
  plan: { text: string; sha256: string },
): Promise<number> {
  const planId = newId("plan", deps.clock());
  await deps.store.plans.add(planId, plan.text);
  const version = (venue.plan?.version ?? 0) + 1;
  // Guarded by the plan that was read: of two uploads at once one gets the version, the other is told.
  const before = venue.plan ? { "plan.planId": venue.plan.planId } : { plan: null };
  const updated = await deps.store.venues.findOneAndUpdate(
    { _id: venue._id, ...before },
    { $set: { plan: { version, planId, sha256: plan.sha256 } } },
  );
  if (!updated) throw new Problem("PLAN_CHANGED_MEANWHILE");
  return version;
}

/** The text of a venue's plan. @throws Problem VENUE_NOT_FOUND, PLAN_NOT_FOUND */
export async function planText(deps: EventsDeps, venueId: string): Promise<string> {
  const venue = await findVenue(deps, venueId);
  const text = venue.plan && (await deps.store.plans.text(venue.plan.planId));
  if (!text) throw new Problem("PLAN_NOT_FOUND");
  return text;
}
