import type { Identity } from "#shared/auth/roles.ts";
import { LISTS, pageOf } from "#shared/edge/scopes.ts";
import { Problem } from "#shared/errors/problem.ts";
import { changedFields, type EventInput, merged } from "../core/merge.ts";
import { lostPlaces, wrongBlocks, wrongTiers, wrongTimes } from "../core/rules.ts";
import { hasSaleBegun, isOver, isPublic } from "../core/standing.ts";
import type { EventDocument, VenueDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";
import { created, updated } from "./messages.ts";
import { ownEvent, venueOf } from "./scope.ts";
import { loadSeatTable } from "./seat-tables.ts";

/** What an event's seat map is made of: its places, and until when it is kept. */
const MAP_FIELDS = ["planVersion", "blockedSeatIds", "endsAt"];

/**
 * Changes an event of the caller's, in one write with the message that tells of it. A draft's changes are told to
 * nobody; that it is put on sale is told as a new event.
 * @throws Problem EVENT_NOT_FOUND, EVENT_NOT_CHANGEABLE, EVENT_CHANGED_MEANWHILE, VALIDATION_ERROR
 */
export async function updateEvent(deps: EventsDeps, caller: Identity, id: string, input: EventInput) {
  const event = await ownEvent(deps, caller, id);
  const now = deps.clock();
  if (event.status === "CANCELLED" || isOver(event, now)) throw new Problem("EVENT_NOT_CHANGEABLE");
  if (input.version !== undefined && input.version !== event.rev) {
    throw new Problem("EVENT_CHANGED_MEANWHILE", `The event's version is ${event.rev}`);
  }
  const venue = await venueOf(deps, event);
  const next = await checked(deps, event, input, venue);
  const changed = changedFields(event, next);
  if (changed.length === 0) return { event, venue };

  const isNew = isPublic(next) && !isPublic(event);
  const at = { now, traceparent: deps.traceparent };
  const message = isNew
    ? created(next, await loadSeatTable(deps, next.planId), at)
    : isPublic(next)
      ? updated({ ...next, rev: event.rev + 1 }, changed, venue, at)
      : null;
  const { _id, organiserId, venueId, currency, createdAt, outbox, unsent, rev, ...change } = next;
  const written = await deps.store.events.write({ _id, rev }, change, message);
  if (!written) throw new Problem("EVENT_CHANGED_MEANWHILE");
  await deps.cache.forget([LISTS, pageOf(id)]);
  return { event: written, venue };
}

/** The event as it is to be. @throws Problem VALIDATION_ERROR */
async function checked(
  deps: EventsDeps,
  event: EventDocument,
  input: EventInput,
  venue: VenueDocument,
): Promise<EventDocument> {
  const now = deps.clock();
  if (input.venueId !== undefined && input.venueId !== event.venueId) {
    refuse("venueId", "the venue of an event cannot change");
  }
  if (input.status === "DRAFT" && event.status !== "DRAFT") {
    refuse("status", "what was on sale is no draft any more");
  }
  const next = merged(event, input, now);
  let errors = wrongTimes(next, now, event);
  if (input.planVersion !== undefined && input.planVersion !== event.planVersion) {
    if (input.planVersion !== venue.plan?.version) {
      refuse("planVersion", `the venue's plan has version ${venue.plan?.version}`);
    }
    next.planId = venue.plan.planId;
    next.planVersion = venue.plan.version;
  }
  const table = await loadSeatTable(deps, next.planId);
  if (next.planId !== event.planId) {
    // A seat that is gone need not be blocked any more.
    if (!input.blockedSeatIds)
      next.blockedSeatIds = next.blockedSeatIds.filter((id) => table.indexOf.has(id));
    if (hasSaleBegun(event, now) || hasSaleBegun(next, now)) {
      errors = [...errors, ...lostPlaces(await loadSeatTable(deps, event.planId), table)];
    }
  }
  errors = [
    ...errors,
    ...wrongTiers(next.tiers, table, event.currency),
    ...wrongBlocks(next.blockedSeatIds, table),
  ];
  if (errors.length > 0) throw new Problem("VALIDATION_ERROR", undefined, errors);
  const isOtherMap = changedFields(event, next).some((field) => MAP_FIELDS.includes(field));
  return isOtherMap ? { ...next, seatingVersion: event.seatingVersion + 1 } : next;
}

function refuse(path: string, message: string): never {
  throw new Problem("VALIDATION_ERROR", undefined, [{ path, message }]);
}
