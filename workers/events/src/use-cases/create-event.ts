import type { z } from "@hono/zod-openapi";
import type { Identity } from "#shared/auth/roles.ts";
import type { newEvent } from "#shared/contracts/event-schemas.ts";
import { LISTS } from "#shared/edge/scopes.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { tierOf, wrongBlocks, wrongTiers, wrongTimes } from "../core/rules.ts";
import { isPublic } from "../core/standing.ts";
import type { EventDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";
import { created } from "./messages.ts";
import { ownVenue } from "./scope.ts";
import { loadSeatTable } from "./seat-tables.ts";

/**
 * Creates an event in a venue of the caller's: on sale, so that inventory hears of it and opens its map, or as a draft,
 * of which nobody hears.
 * @throws Problem VENUE_NOT_FOUND, PLAN_NOT_FOUND, VALIDATION_ERROR
 */
export async function createEvent(deps: EventsDeps, caller: Identity, input: z.infer<typeof newEvent>) {
  const venue = await ownVenue(deps, caller, input.venueId);
  if (!venue.plan) throw new Problem("PLAN_NOT_FOUND");
  const table = await loadSeatTable(deps, venue.plan.planId);
  const now = deps.clock();
  const tiers = input.ticketTiers.map(tierOf);
  const blockedSeatIds = input.blockedSeatIds ?? [];
  const times = {
    startsAt: new Date(input.startsAt),
    endsAt: new Date(input.endsAt),
    onSaleAt: input.onSaleAt ? new Date(input.onSaleAt) : null,
  };
  const errors = [
    ...wrongTimes(times, now),
    ...wrongTiers(tiers, table),
    ...wrongBlocks(blockedSeatIds, table),
  ];
  if (errors.length > 0) throw new Problem("VALIDATION_ERROR", undefined, errors);

  const event: EventDocument = {
    _id: newId("evnt", now),
    organiserId: venue.organiserId,
    venueId: venue._id,
    name: input.name,
    description: input.description ?? null,
    category: input.category ?? null,
    imageUrl: input.imageUrl ?? null,
    status: input.status,
    publishedAt: input.status === "DRAFT" ? null : new Date(now),
    saleBegan: false,
    cancellation: null,
    ...times,
    planId: venue.plan.planId,
    planVersion: venue.plan.version,
    seatingVersion: 1,
    blockedSeatIds,
    currency: tiers[0]!.currency,
    tiers,
    createdAt: new Date(now),
    outbox: [],
    unsent: false,
    rev: 1,
  };
  if (isPublic(event)) {
    event.outbox = [created(event, table, { now, traceparent: deps.traceparent })];
    event.unsent = true;
  }
  await deps.store.events.add(event);
  if (isPublic(event)) await deps.cache.forget([LISTS]);
  return { event, venue };
}

/** Tells Kafka of a change; called once the request is answered, and by the sweeper for what was left. */
export function announce(deps: EventsDeps, event: EventDocument): Promise<void> {
  return deps.store.events.relay(event, deps.send);
}
