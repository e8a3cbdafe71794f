import { type Collection, collection } from "#durable-objects/document-pool/client.ts";
import { relay, type Send, sweepOutbox } from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { EventDocument, OwnerScope } from "./documents.ts";
import { type EventQuery, upcomingFilter } from "./upcoming.ts";

/** An event as most need it: its blocked seats may be 2 MB. */
export type EventFacts = Omit<EventDocument, "blockedSeatIds" | "outbox">;

/** What a write changes; the rest of the document follows from that it is a write. */
export type EventChange = Partial<
  Omit<EventDocument, "_id" | "organiserId" | "venueId" | "currency" | "rev" | "outbox" | "unsent">
>;

/**
 * Events, one document each. Every method throws Unavailable when MongoDB does not answer.
 * Invariant: a change and the message that follows from it are written together or not at all.
 */
export interface Events {
  add(event: EventDocument): Promise<void>;
  find(id: string): Promise<EventFacts | null>;
  /** With its blocked seats. */
  findWhole(id: string, scope?: OwnerScope): Promise<EventDocument | null>;
  findMany(ids: string[]): Promise<EventFacts[]>;
  /** One page of the events on sale that begin after `now` (epoch ms), by date, and how many there are in all. */
  upcoming(query: EventQuery, now: number): Promise<{ events: EventFacts[]; total: number }>;
  /**
   * Writes a change and what it tells others, if the event is still as it was read.
   * @returns the event afterwards, or null when somebody else was faster
   */
  write(
    read: Pick<EventDocument, "_id" | "rev">,
    change: EventChange,
    message: OutgoingMessage | null,
  ): Promise<EventDocument | null>;
  /** Sends what the event has to tell. */
  relay(event: EventDocument, send: Send): Promise<void>;
  /** Sends what crashes left behind. */
  sweepOutbox(send: Send, now: Date): Promise<number>;
}

const FACTS = { projection: { blockedSeatIds: 0, outbox: 0 } };

export function mongoEvents(pool: DocumentPoolRpc): Events {
  const events = collection<EventDocument>(pool, "events");
  return {
    add: (event) => events.insertOne(event),
    find: (id) => events.findOne({ _id: id }, FACTS).then(completed),
    findWhole: (id, scope = {}) => events.findOne({ _id: id, ...scope }).then(completed),
    async findMany(ids) {
      if (ids.length === 0) return [];
      return (await events.find({ _id: { $in: ids } }, { limit: ids.length, ...FACTS })).map(complete);
    },
    async upcoming(query, now) {
      const filter = upcomingFilter(query, now);
      const { page, perPage } = query;
      const sort = { startsAt: 1, _id: 1 } as const;
      const [found, total] = await Promise.all([
        events.find(filter, { sort, skip: (page - 1) * perPage, limit: perPage, ...FACTS }),
        events.count(filter),
      ]);
      return { events: found.map(complete), total };
    },
    write: ({ _id, rev }, change, message) =>
      events
        .findOneAndUpdate(
          { _id, rev },
          {
            $set: { ...change, ...(message && { unsent: true }) },
            $inc: { rev: 1 },
            ...(message && { $push: { outbox: message } }),
          },
        )
        .then(completed),
    relay: (event, send) => relay(events as Collection<EventDocument>, event, send),
    sweepOutbox: (send, now) => sweepOutbox(events, send, now),
  };
}

const completed = (event: EventDocument | null) => event && complete(event);

/** Events of before these fields were kept were on sale from the start, with one plan and no blocked seats. */
function complete(event: EventDocument): EventDocument {
  const { createdAt, planVersion } = event;
  const absent = {
    publishedAt: createdAt,
    saleBegan: false,
    cancellation: null,
    seatingVersion: planVersion,
  };
  return { ...absent, ...event, blockedSeatIds: event.blockedSeatIds ?? [], outbox: event.outbox ?? [] };
}
