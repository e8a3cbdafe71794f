import type { FieldError } from "#shared/errors/problem.ts";
import { MAX_AMOUNT_MINOR } from "#shared/money/money.ts";
import type { QuoteAnswer, QuoteLine, QuoteRequest, Seating } from "#shared/rpc/events.ts";
import { isOnSale, isPublic } from "../core/standing.ts";
import type { VenueDocument } from "../repositories/documents.ts";
import type { EventFacts } from "../repositories/events.ts";
import type { EventsDeps } from "./deps.ts";
import { type IndexedTable, loadSeatTable, tiersByCategory } from "./seat-tables.ts";

/** Prices the places that bookings ask for; their events are read once, after all had asked. */
export async function quotes(deps: EventsDeps, requests: QuoteRequest[]): Promise<QuoteAnswer[]> {
  const ids = [...new Set(requests.map(({ eventId }) => eventId))];
  const events = await deps.store.events.findMany(ids);
  const byId = new Map(events.map((event) => [event._id, event]));
  return Promise.all(requests.map((request) => quote(deps, request, byId.get(request.eventId))));
}

/** The only place where an amount is made. */
async function quote(
  deps: EventsDeps,
  request: QuoteRequest,
  event: EventFacts | undefined,
): Promise<QuoteAnswer> {
  if (!event || !isPublic(event)) return { ok: false, code: "EVENT_NOT_FOUND" };
  if (!isOnSale(event, deps.clock())) return { ok: false, code: "EVENT_NOT_ON_SALE" };
  const [table, venue] = await Promise.all([
    loadSeatTable(deps, event.planId),
    venueFacts(deps, event.venueId),
  ]);
  const { lines, errors } = priceLines(request, table, event);
  const totalAmount = lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  if (totalAmount > MAX_AMOUNT_MINOR)
    errors.push({ path: "seatIds", message: "too expensive for one booking" });
  if (errors.length > 0) return { ok: false, code: "VALIDATION_ERROR", errors };
  return {
    ok: true,
    quote: {
      eventId: event._id,
      eventVersion: event.rev,
      organiserId: event.organiserId,
      eventName: event.name,
      startsAt: event.startsAt.toISOString(),
      venueName: venue.name,
      timeZone: venue.timeZone,
      currency: event.currency,
      lines,
      totalAmount,
    },
  };
}

/** The static half of the seat map. @returns null when there is no such event, or it is a draft */
export async function seating(deps: EventsDeps, eventId: string): Promise<Seating | null> {
  const event = await deps.store.events.findWhole(eventId);
  if (!event || !isPublic(event)) return null;
  const { indexOf: _indexOf, ...table } = await loadSeatTable(deps, event.planId);
  return {
    eventId,
    eventVersion: event.rev,
    endsAt: event.endsAt.toISOString(),
    isForSale: event.status === "ON_SALE",
    onSaleAt: event.onSaleAt?.toISOString() ?? null,
    seatingVersion: event.seatingVersion,
    table,
    blockedSeatIds: event.blockedSeatIds,
    tiers: tiersByCategory(table, event.tiers),
    currency: event.currency,
  };
}

/** How many venues an isolate remembers, each a name and a zone. */
const REMEMBERED_VENUES = 100;

/** What a quote says of a venue never changes, so what was read once may be used by every later request. */
const venues = new Map<string, Pick<VenueDocument, "name" | "timeZone">>();

async function venueFacts(deps: EventsDeps, id: string): Promise<Pick<VenueDocument, "name" | "timeZone">> {
  const known = venues.get(id);
  if (known) return known;
  const venue = await deps.store.venues.findOne({ _id: id });
  if (!venue) throw new Error("an event without its venue");
  const { name, timeZone } = venue;
  venues.set(id, { name, timeZone });
  if (venues.size > REMEMBERED_VENUES) venues.delete(venues.keys().next().value!);
  return { name, timeZone };
}

function priceLines(request: QuoteRequest, table: IndexedTable, event: EventFacts) {
  const tiers = tiersByCategory(table, event.tiers);
  const lines: QuoteLine[] = [];
  const errors: FieldError[] = [];
  for (const [n, seatId] of request.seatIds.entries()) {
    const seat = table.indexOf.get(seatId);
    if (seat === undefined) {
      errors.push({ path: `seatIds.${n}`, message: "the event has no such seat" });
      continue;
    }
    const { tier, price } = tiers[table.categoryIndex[seat]!]!;
    const label = [table.section[seat], table.row[seat], table.number[seat]].filter(Boolean).join(" · ");
    lines.push({ seatId, label, tier, quantity: 1, price });
  }
  for (const [n, { name, quantity }] of request.generalAdmission.entries()) {
    const area = table.generalAdmission.find((one) => one.name === name);
    if (!area) {
      errors.push({ path: `generalAdmission.${n}.name`, message: "the event has no such area" });
      continue;
    }
    lines.push({ seatId: null, label: name, quantity, ...tiers[area.categoryIndex]! });
  }
  return { lines, errors };
}
