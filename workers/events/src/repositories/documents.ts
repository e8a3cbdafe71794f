import type { WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { EVENT_STATUSES } from "#shared/contracts/event-schemas.ts";

/** Whose documents a caller may change: their own; an admin, all. */
export type OwnerScope = { organiserId?: string };

export interface VenueDocument {
  _id: string;
  organiserId: string;
  name: string;
  address: string;
  city: string;
  country: string;
  capacity: number;
  timeZone: string;
  /** The plan in force; null until one was uploaded. */
  plan: { version: number; planId: string; sha256: string } | null;
  createdAt: Date;
}

/** A plan's text is cut into chunks, for MongoDB's document limit of 16 MB. */
export interface PlanChunkDocument {
  /** `<planId>:<n>` */
  _id: string;
  planId: string;
  text: string;
}

export interface Tier {
  tier: string;
  price: number;
  currency: string;
  capacity?: number | undefined;
  seatCategories: string[];
}

/** `rev`, which counts its writes, is the version that others see. */
export interface EventDocument extends WithOutbox {
  _id: string;
  organiserId: string;
  venueId: string;
  name: string;
  description: string | null;
  category: string | null;
  imageUrl: string | null;
  /** That an event is over is told by its `endsAt` alone. */
  status: Exclude<(typeof EVENT_STATUSES)[number], "ENDED">;
  /** When it was put on sale and the others heard of it; null for a draft, and for one that was cancelled as a draft. */
  publishedAt: Date | null;
  /** Something may have been sold: stays so, whatever becomes of `onSaleAt`. */
  saleBegan: boolean;
  cancellation: { reason: string; cancelledAt: Date } | null;
  startsAt: Date;
  endsAt: Date;
  onSaleAt: Date | null;
  planId: string;
  planVersion: number;
  /** Counts the changes of what the seat map is made of: the plan, the blocked seats, the event's end. */
  seatingVersion: number;
  /** Up to 100,000, some 2 MB: read only where they are needed. */
  blockedSeatIds: string[];
  currency: string;
  tiers: Tier[];
  createdAt: Date;
}
