import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { PlanChunkDocument, VenueDocument } from "./documents.ts";
import { type Events, mongoEvents } from "./events.ts";
import { mongoPlans, type Plans } from "./plans.ts";

/** The events database. */
export interface EventsStore {
  venues: Collection<VenueDocument>;
  events: Events;
  plans: Plans;
}

export function eventsStore(pool: DocumentPoolRpc): EventsStore {
  return {
    venues: collection<VenueDocument>(pool, "venues"),
    events: mongoEvents(pool),
    plans: mongoPlans(collection<PlanChunkDocument>(pool, "plan_chunks")),
  };
}
