import type { z } from "@hono/zod-openapi";
import { relay } from "#durable-objects/document-pool/outbox.ts";
import type { Identity } from "#shared/auth/roles.ts";
import type { newEvent } from "#shared/contracts/events.ts";
import { type FieldError, Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { envelope, toMessage } from "#shared/saga/envelope.ts";
import type { SeatTable } from "#shared/seating-plan/seat-table.ts";
import type { EventDocument, Tier } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";
import { loadSeatTable } from "./seat-tables.ts";
import { ownVenue } from "./venues.ts";

type NewEvent = z.infer<typeof newEvent>;

/**
 * Creates an event in a venue of the caller's and puts it on sale; inventory hears of it and opens its map.
 * @throws Problem VENUE_NOT_FOUND, PLAN_NOT_FOUND, VALIDATION_ERROR
 */
export async function createEvent(deps: EventsDeps, caller: Identity, input: NewEvent) {
  const venue = await ownVenue(deps, caller, input.venueId);
  if (!venue.plan) throw new Problem("PLAN_NOT_FOUND");
  const table = await loadSeatTable(deps, venue.plan.planId);
  const now = deps.clock();
  const tiers = input.ticketTiers.map((tier) => ({
    ...tier,
    seatCategories: tier.seatCategories ?? [tier.tier],
  }));
  const errors = [...wrongTimes(input, now), ...wrongTiers(tiers, table)];
  if (errors.length > 0) throw new Problem("VALIDATION_ERROR", undefined, errors);

  const event: EventDocument = {
    _id: newId("evnt", now),
    organiserId: venue.organiserId,
    venueId: venue._id,
    name: input.name,
    description: input.description ?? null,
    category: input.category ?? null,
    imageUrl: input.imageUrl ?? null,
    status: "ON_SALE",
    startsAt: new Date(input.startsAt),
    endsAt: new Date(input.endsAt),
    onSaleAt: input.onSaleAt ? new Date(input.onSaleAt) : null,
    planId: venue.plan.planId,
    planVersion: venue.plan.version,
    currency: tiers[0]!.currency,
    tiers,
    createdAt: new Date(now),
    outbox: [],
    unsent: true,
    rev: 1,
  };
  event.outbox = [toMessage(created(event, table, { now, traceparent: deps.traceparent }))];
  await deps.store.events.insertOne(event);
  return { event, venue };
}

/** Tells Kafka of the event; called once the request is answered, and by the sweeper for what was left. */
export function announce(deps: EventsDeps, event: EventDocument): Promise<void> {
  return relay(deps.store.events, event, deps.send);
}

function created(event: EventDocument, table: SeatTable, at: { now: number; traceparent: string }) {
  const generalAdmission = table.generalAdmission.reduce((sum, area) => sum + area.capacity, 0);
  return envelope(
    "event.created",
    event._id,
    {
      eventId: event._id,
      organiserId: event.organiserId,
      name: event.name,
      venueId: event.venueId,
      startsAt: event.startsAt.toISOString(),
      totalSeats: table.count + generalAdmission,
      ticketTiers: event.tiers.map(({ tier, price, currency }) => ({ tier, price, currency })),
      planVersion: event.planVersion,
    },
    at,
  );
}

function wrongTimes(input: NewEvent, now: number): FieldError[] {
  const errors: FieldError[] = [];
  if (Date.parse(input.startsAt) <= now) errors.push({ path: "startsAt", message: "must lie in the future" });
  if (Date.parse(input.endsAt) <= Date.parse(input.startsAt)) {
    errors.push({ path: "endsAt", message: "must come after startsAt" });
  }
  return errors;
}

/** Every category of the plan needs exactly one price, and all prices one currency. */
function wrongTiers(tiers: Tier[], table: SeatTable): FieldError[] {
  const errors: FieldError[] = [];
  const priced = new Map<string, string>();
  for (const [index, { tier, currency, seatCategories }] of tiers.entries()) {
    const path = `ticketTiers.${index}`;
    if (currency !== tiers[0]!.currency)
      errors.push({ path: `${path}.currency`, message: "one currency an event" });
    for (const category of seatCategories) {
      if (!table.categories.includes(category)) {
        errors.push({ path: `${path}.seatCategories`, message: `the plan has no category "${category}"` });
      } else if (priced.has(category)) {
        const message = `"${category}" has a price already, in tier "${priced.get(category)}"`;
        errors.push({ path: `${path}.seatCategories`, message });
      }
      priced.set(category, tier);
    }
  }
  const unpriced = table.categories.filter((category) => !priced.has(category));
  if (unpriced.length > 0) {
    errors.push({
      path: "ticketTiers",
      message: `no price for the plan's categories: ${unpriced.join(", ")}`,
    });
  }
  return errors;
}
