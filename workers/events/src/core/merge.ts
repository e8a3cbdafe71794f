import type { z } from "@hono/zod-openapi";
import type { changedEvent } from "#shared/contracts/event-schemas.ts";
import type { EventDocument } from "../repositories/documents.ts";
import { tierOf } from "./rules.ts";
import { hasSaleBegun } from "./standing.ts";

export type EventInput = z.infer<typeof changedEvent>;

/** The event with what was sent; what was not stays. The plan is not looked at here. */
export function merged(event: EventDocument, input: EventInput, now: number): EventDocument {
  const time = (text: string | undefined, before: Date) => (text === undefined ? before : new Date(text));
  const { name = event.name, description, category, imageUrl, onSaleAt } = input;
  const isPublished = event.status === "DRAFT" && input.status === "ON_SALE";
  return {
    ...event,
    name,
    description: description === undefined ? event.description : description,
    category: category === undefined ? event.category : category,
    imageUrl: imageUrl === undefined ? event.imageUrl : imageUrl,
    startsAt: time(input.startsAt, event.startsAt),
    endsAt: time(input.endsAt, event.endsAt),
    onSaleAt: onSaleAt ? new Date(onSaleAt) : onSaleAt === undefined ? event.onSaleAt : null,
    tiers: input.ticketTiers?.map(tierOf) ?? event.tiers,
    blockedSeatIds: input.blockedSeatIds ?? event.blockedSeatIds,
    ...(isPublished && { status: "ON_SALE", publishedAt: new Date(now) }),
    saleBegan: hasSaleBegun(event, now),
  };
}

/** What a change is told by, as the API names it. */
const FIELDS = {
  name: "name",
  description: "description",
  category: "category",
  imageUrl: "imageUrl",
  startsAt: "startsAt",
  endsAt: "endsAt",
  onSaleAt: "onSaleAt",
  tiers: "ticketTiers",
  planVersion: "planVersion",
  blockedSeatIds: "blockedSeatIds",
  status: "status",
} as const satisfies Partial<Record<keyof EventDocument, string>>;

/** The fields in which two versions of an event differ. */
export function changedFields(before: EventDocument, after: EventDocument): string[] {
  return Object.entries(FIELDS)
    .filter(([field]) => !isSame(before[field as keyof EventDocument], after[field as keyof EventDocument]))
    .map(([, name]) => name);
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
