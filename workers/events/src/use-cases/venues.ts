import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { MAX_AREAS, MAX_TEXT_LENGTH } from "#durable-objects/seat-map/core/limits.ts";
import { planProblem } from "#durable-objects/seat-map/core/plan.ts";
import type { InvalidPlan } from "#durable-objects/seat-map/rpc.ts";
import type { Identity } from "#shared/auth/roles.ts";
import type { newVenue } from "#shared/contracts/venues.ts";
import { PAGES, venueOf } from "#shared/edge/scopes.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { parsePlanText } from "#shared/seating-plan/parse.ts";
import { seatTable } from "#shared/seating-plan/seat-table.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";
import { ownVenue } from "./scope.ts";

/** What a seat map refuses though the format allows it: better told now than when an event's map does not open. */
const UNFIT: { [P in InvalidPlan]?: string } = {
  BAD_TEXT: `an id or a name of more than ${MAX_TEXT_LENGTH} characters`,
  TOO_MANY_AREAS: `more than ${MAX_AREAS} standing areas`,
};

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
 * Puts a seating plan in force for events that are created from now on; those that there are keep theirs until they go
 * over to it. The same text again keeps its version.
 * @throws Problem VENUE_NOT_FOUND, VALIDATION_ERROR naming the places in the file that are wrong
 */
export async function putPlan(deps: EventsDeps, caller: Identity, venueId: string, text: string) {
  const venue = await ownVenue(deps, caller, venueId);
  const parsed = parsePlanText(text);
  if (!parsed.ok) throw new Problem("VALIDATION_ERROR", "The seating plan is not valid", parsed.errors);
  const table = seatTable(parsed.plan);
  const unfit = planProblem({
    ...{ eventId: venueId, planVersion: 1, decisionsKeptUntil: 0 },
    ...{ seatIds: table.id, generalAdmission: table.generalAdmission },
  });
  if (unfit) {
    const message = `no seat map can be made of it: ${UNFIT[unfit] ?? unfit}`;
    throw new Problem("VALIDATION_ERROR", "The seating plan is not valid", [{ path: "plan", message }]);
  }
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
  // An event's page names the version of its venue's plan.
  await deps.cache.forget([PAGES, venueOf(venue._id)]);
  return version;
}

/**
 * A venue's plan, in pieces of its text.
 * @returns them, and what tells this plan from every other
 * @throws Problem VENUE_NOT_FOUND, PLAN_NOT_FOUND
 */
export async function findPlan(deps: EventsDeps, venueId: string) {
  const { plan } = await findVenue(deps, venueId);
  if (!plan) throw new Problem("PLAN_NOT_FOUND");
  return { sha256: plan.sha256, pieces: () => deps.store.plans.pieces(plan.planId) };
}
