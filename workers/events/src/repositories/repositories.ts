import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import { UNSENT_INDEX } from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { EventDocument, PlanChunkDocument, VenueDocument } from "./documents.ts";
import { mongoPlans, type Plans } from "./plans.ts";

/** The collections of the events database. */
export interface EventsStore {
  venues: Collection<VenueDocument>;
  events: Collection<EventDocument>;
  plans: Plans;
  /** Creates what queries and guards rely on; idempotent. */
  createIndexes(): Promise<void>;
}

export function eventsStore(pool: DocumentPoolRpc): EventsStore {
  const events = collection<EventDocument>(pool, "events");
  const chunks = collection<PlanChunkDocument>(pool, "plan_chunks");
  return {
    venues: collection<VenueDocument>(pool, "venues"),
    events,
    plans: mongoPlans(chunks),
    async createIndexes() {
      await events.createIndexes([
        { key: { startsAt: 1, _id: 1 }, name: "by_date" },
        { key: { venueId: 1, startsAt: 1 }, name: "by_venue" },
        UNSENT_INDEX,
      ]);
      await chunks.createIndexes([{ key: { planId: 1 }, name: "by_plan" }]);
    },
  };
}
