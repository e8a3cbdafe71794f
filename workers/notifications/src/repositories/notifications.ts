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

export interface Try {
  claimed: Notification;
  settlement: Settlement;
}

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
  /** The same for several, each by itself, in one round trip. */
  addEach(notifications: Notification[]): Promise<boolean[]>;
  /**
   * Takes a mail that is due, for as long as a lease: nobody else gets it before `until`.
   * @returns it, or null when it is not due, or somebody else's
   */
  claim(id: string, now: Date, until: Date): Promise<Notification | null>;
  /**
   * The same for several: those of them that are due and nobody's.
   * @param until no other's at the same moment: by it a claim is told from another
   */
  claimEach(ids: string[], now: Date, until: Date): Promise<Notification[]>;
  /** Writes what came of a try. @returns false when the try was no longer its own: its lease was over */
  settle(claimed: Notification, settlement: Settlement): Promise<boolean>;
  /** The same for several tries, each by itself, in one round trip where all are still their own. */
  settleEach(tries: Try[]): Promise<boolean[]>;
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
  const settle = async ({ _id, rev }: Notification, settlement: Settlement) => {
    // That the server took a mail stays true, whoever has the mail by now: it must not go out once more.
    const mine = settlement.state === "SENT" ? { _id } : { _id, rev };
    const written = await notifications.findOneAndUpdate(mine, settled(settlement));
    return written !== null && written.rev === rev + 1;
  };
  return {
    add: (notification) => isNew(notifications.insertOne(notification)),
    addEach: (some) => notifications.insertEach(some),
    claim: (id, now, until) => {
      const { filter, update } = claimOf(id, now, until);
      return notifications.findOneAndUpdate(filter, update);
    },
    async claimEach(ids, now, until) {
      const claimed = await notifications.updateEach(ids.map((id) => claimOf(id, now, until)));
      if (claimed === 0) return [];
      return notifications.find({ _id: { $in: ids }, dueAt: until }, { limit: ids.length });
    },
    settle,
    async settleEach(tries) {
      const guarded = tries.map(({ claimed: { _id, rev }, settlement }) => ({
        filter: { _id, rev },
        update: settled(settlement),
      }));
      if ((await notifications.updateEach(guarded)) === tries.length) return tries.map(() => true);
      // Somebody else has one of them by now. Which, is found out one by one: what was written says so once more.
      return Promise.all(tries.map(({ claimed, settlement }) => settle(claimed, settlement)));
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

const claimOf = (_id: string, now: Date, until: Date) => ({
  filter: { _id, dueAt: { $lte: now } },
  update: { $set: { state: "SENDING" as const, dueAt: until }, $inc: { attempts: 1, rev: 1 } },
});

const settled = (settlement: Settlement) => ({
  $set: { failure: null, dueAt: null, ...settlement },
  $inc: { rev: 1 },
});

async function isNew(inserting: Promise<void>): Promise<boolean> {
  try {
    await inserting;
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
