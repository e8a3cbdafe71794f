import { z } from "@hono/zod-openapi";
import { amountMinor, currency } from "../money/money.ts";
import { MAX_NAME_LENGTH, MAX_PLACES } from "../seating-plan/limits.ts";
import { instant, lineOfText, prefixedId } from "./common.ts";
import { EVENT_EXAMPLE, NEW_EVENT_EXAMPLE, STORED_VENUE_EXAMPLE } from "./examples.ts";
import { venue } from "./venues.ts";

export const EVENT_STATUSES = ["DRAFT", "ON_SALE", "CANCELLED", "ENDED"] as const;

const ticketTier = z
  .object({
    tier: lineOfText.min(1).max(100),
    price: amountMinor.openapi({ description: "Minor units", example: 9500 }),
    currency,
    capacity: z.int().min(1).max(MAX_PLACES).optional().openapi({
      description: "At least the number of the tier's places: to sell fewer, block seats (blockedSeatIds)",
    }),
    seatCategories: z
      .array(z.string().min(1).max(MAX_NAME_LENGTH))
      .max(100)
      .optional()
      .openapi({ description: "The plan's categories sold at this price; the tier's own name when absent" }),
  })
  .openapi("TicketTier");

const ticketTiers = z.array(ticketTier).min(1).max(100);
const blockedSeatIds = z
  .array(z.string().min(1).max(MAX_NAME_LENGTH))
  .max(MAX_PLACES)
  .openapi({ description: "Seats that are not for sale, by their seat_guid" });
const imageUrl = z.url({ protocol: /^https?$/ }).max(2_000);
const description = z.string().max(5_000);
const category = lineOfText.max(100);

export const newEvent = z
  .object({
    name: lineOfText.min(2).max(200),
    description: description.optional(),
    venueId: z.string().max(100),
    startsAt: instant,
    endsAt: instant,
    onSaleAt: instant
      .optional()
      .openapi({ description: "Nothing is sold before; from the start, if absent" }),
    category: category.optional(),
    imageUrl: imageUrl.optional(),
    ticketTiers,
    blockedSeatIds: blockedSeatIds.optional(),
    status: z
      .enum(["DRAFT", "ON_SALE"])
      .default("ON_SALE")
      .openapi({ description: "A draft is seen by its organiser only, until it is put on sale" }),
  })
  .openapi("NewEvent", { example: NEW_EVENT_EXAMPLE });

/** What is absent stays as it is; null empties a field. */
export const changedEvent = z
  .object({
    name: newEvent.shape.name.optional(),
    description: description.nullable().optional(),
    venueId: z
      .string()
      .max(100)
      .optional()
      .openapi({ description: "Cannot change: must be the event's own" }),
    startsAt: instant.optional(),
    endsAt: instant.optional(),
    onSaleAt: instant.nullable().optional(),
    category: category.nullable().optional(),
    imageUrl: imageUrl.nullable().optional(),
    ticketTiers: ticketTiers.optional().openapi({
      description: "All tiers anew. Prices hold for bookings from now on; the currency cannot change",
    }),
    blockedSeatIds: blockedSeatIds.optional(),
    planVersion: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: "The version of the venue's plan, to go over to it" }),
    status: z
      .enum(["DRAFT", "ON_SALE"])
      .optional()
      .openapi({ description: "ON_SALE puts a draft on sale, for good" }),
    version: z
      .int()
      .min(1)
      .optional()
      .openapi({ description: "The version that the change was made for; refused if it is not the latest" }),
  })
  .openapi("ChangedEvent", {
    example: { startsAt: "2030-06-01T20:00:00+02:00", blockedSeatIds: ["stalls-a-1"] },
  });

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
  version: z.int().openapi({ description: "Counts the changes of the event" }),
  planVersion: z.int(),
  currency,
  ticketTiers: z.array(ticketTier),
};

export const eventSummary = z
  .object({ ...eventFields, venueId: prefixedId("ven"), venueName: z.string(), city: z.string() })
  .openapi("EventSummary", { example: EVENT_EXAMPLE });

export const event = eventSummary.extend({ venue }).openapi("Event", {
  example: { ...EVENT_EXAMPLE, venue: STORED_VENUE_EXAMPLE },
});
