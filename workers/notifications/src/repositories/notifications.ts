import { type Collection, collection, DuplicateKey, ping } from "#durable-objects/document-pool/client.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { Notification } from "../core/notification.ts";

/** Who a booking belongs to and what it is for, as earlier events said. */
export interface BookingParty {
  userId: string;
  to: Notification["to"];
  eventName: string;
}

/** What becomes of a mail that was tried. */
export type Settlement =
  | { state: "SENT"; sentAt: Date }
  | { state: "FAILED"; failure: string }
  | { state: "PENDING"; failure: string; dueAt: Date };

/** An event that takes place no more. */
interface CancelledEvent {
  _id: string;
  reason: string;
  forgetAt: Date;
}

/** Mails, one document each: the queue and the log in one. Every method throws Unavailable when MongoDB does not answer. */
export interface Notifications {
  /** @returns false when this mail is known already */
  add(notification: Notification): Promise<boolean>;
  /**
   * Takes a mail that is due, for as long as a lease: nobody else gets it before `until`.
   * @returns it, or null when it is not due, or somebody else's
   */
  claim(id: string, now: Date, until: Date): Promise<Notification | null>;
  /** Writes what came of a try. @returns false when the try was no longer its own: its lease was over */
  settle(claimed: Notification, settlement: Settlement): Promise<boolean>;
  /** The ids of mails that are due, the longest due first. */
  due(now: Date, limit: number): Promise<string[]>;
  /** A user's mails, the newest first. */
  recent(userId: string, limit: number): Promise<Notification[]>;
  /** What was heard of a booking before, or null. */
  partyOf(bookingId: string): Promise<BookingParty | null>;
  /** Keeps why an event was cancelled; the first reason stays. */
  noteCancellation(eventId: string, reason: string, forgetAt: Date): Promise<void>;
  cancellationReason(eventId: string): Promise<string | null>;
  ping(): Promise<boolean>;
}

export function mongoNotifications(pool: DocumentPoolRpc): Notifications {
  const notifications: Collection<Notification> = collection<Notification>(pool, "notifications");
  const cancelled: Collection<CancelledEvent> = collection<CancelledEvent>(pool, "cancelled_events");
  return {
    add: (notification) => isNew(notifications.insertOne(notification)),
    claim: (id, now, until) =>
      notifications.findOneAndUpdate(
        { _id: id, dueAt: { $lte: now } },
        { $set: { state: "SENDING", dueAt: until }, $inc: { attempts: 1, rev: 1 } },
      ),
    async settle({ _id, rev }, settlement) {
      // That the server took a mail stays true, whoever has the mail by now: it must not go out once more.
      const isSent = settlement.state === "SENT";
      const mine = isSent ? { _id } : { _id, rev };
      const change = { failure: null, dueAt: null, ...settlement };
      const written = await notifications.findOneAndUpdate(mine, { $set: change, $inc: { rev: 1 } });
      return written !== null && written.rev === rev + 1;
    },
    async due(now, limit) {
      const options = { sort: { dueAt: 1 }, limit, projection: { _id: 1 } } as const;
      return (await notifications.find({ dueAt: { $lte: now } }, options)).map(({ _id }) => _id);
    },
    recent: (userId, limit) => notifications.find({ userId }, { sort: { createdAt: -1, _id: -1 }, limit }),
    async partyOf(bookingId) {
      const told = await notifications.findOne({ bookingId, "content.facts.eventName": { $exists: true } });
      if (!told || !("eventName" in told.content.facts)) return null;
      return { userId: told.userId, to: told.to, eventName: told.content.facts.eventName };
    },
    async noteCancellation(eventId, reason, forgetAt) {
      await isNew(cancelled.insertOne({ _id: eventId, reason, forgetAt }));
    },
    async cancellationReason(eventId) {
      return (await cancelled.findOne({ _id: eventId }))?.reason ?? null;
    },
    ping: () => ping(pool),
  };
}

async function isNew(inserting: Promise<void>): Promise<boolean> {
  try {
    await inserting;
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
