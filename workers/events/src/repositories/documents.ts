import type { WithOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { EVENT_STATUSES } from "#shared/contracts/events.ts";

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

export interface EventDocument extends WithOutbox {
  _id: string;
  organiserId: string;
  venueId: string;
  name: string;
  description: string | null;
  category: string | null;
  imageUrl: string | null;
  status: (typeof EVENT_STATUSES)[number];
  startsAt: Date;
  endsAt: Date;
  onSaleAt: Date | null;
  planId: string;
  planVersion: number;
  currency: string;
  tiers: Tier[];
  createdAt: Date;
}
