import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { EventDocument, PlanChunkDocument, VenueDocument } from "./documents.ts";
import { mongoPlans, type Plans } from "./plans.ts";
import { mongoUpcoming, type Upcoming } from "./upcoming.ts";

/** The collections of the events database. */
export interface EventsStore {
  venues: Collection<VenueDocument>;
  events: Collection<EventDocument>;
  upcoming: Upcoming;
  plans: Plans;
}

export function eventsStore(pool: DocumentPoolRpc): EventsStore {
  const events = collection<EventDocument>(pool, "events");
  const chunks = collection<PlanChunkDocument>(pool, "plan_chunks");
  return {
    venues: collection<VenueDocument>(pool, "venues"),
    events,
    upcoming: mongoUpcoming(events),
    plans: mongoPlans(chunks),
  };
}
