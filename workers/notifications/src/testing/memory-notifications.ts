import type { Notification } from "../core/notification.ts";
import type { Notifications } from "../repositories/notifications.ts";

/**
 * {@link Notifications} in memory, over a state that outlives who uses it. A call has its whole effect at once, before
 * it gives back its promise; what it takes and gives are copies. Nothing is forgotten by its age.
 */
export interface MemoryNotifications extends Notifications {
  /** By their ids, in the order in which they were noted: to look at. A changed mail is a new object. */
  readonly mails: ReadonlyMap<string, Readonly<Notification>>;
}

export function memoryNotifications(): MemoryNotifications {
  const mails = new Map<string, Readonly<Notification>>();
  const reasons = new Map<string, string>();
  const isDue = ({ dueAt }: Readonly<Notification>, now: Date) => dueAt !== null && dueAt <= now;
  const change = (mail: Readonly<Notification>, changed: Partial<Notification>): Notification => {
    const next = structuredClone({ ...mail, ...changed, rev: mail.rev + 1 });
    mails.set(mail._id, next);
    return structuredClone(next);
  };
  const memory: MemoryNotifications = {
    mails,

    addEach: (some) => Promise.all(some.map((one) => memory.add(one))),

    async claimEach(ids, now, until) {
      const claims = await Promise.all(ids.map((id) => memory.claim(id, now, until)));
      return claims.filter((claimed) => claimed !== null);
    },

    settleEach: (tries) =>
      Promise.all(tries.map(({ claimed, settlement }) => memory.settle(claimed, settlement))),

    async add(notification) {
      if (mails.has(notification._id)) return false;
      mails.set(notification._id, structuredClone(notification));
      return true;
    },

    async claim(id, now, until) {
      const mail = mails.get(id);
      if (!mail || !isDue(mail, now)) return null;
      return change(mail, { state: "SENDING", dueAt: until, attempts: mail.attempts + 1 });
    },

    async settle({ _id, rev }, settlement) {
      const mail = mails.get(_id);
      // What the server has taken stays taken, whoever has the mail by now.
      if (!mail || (settlement.state !== "SENT" && mail.rev !== rev)) return false;
      change(mail, { failure: null, dueAt: null, ...settlement });
      return mail.rev === rev;
    },

    async due(now, limit) {
      const all = [...mails.values()].filter((mail) => isDue(mail, now));
      all.sort((a, b) => a.dueAt!.getTime() - b.dueAt!.getTime());
      return all.slice(0, limit).map(({ _id }) => _id);
    },

    async recent(userId, limit) {
      const theirs = [...mails.values()].filter((mail) => mail.userId === userId);
      theirs.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a._id < b._id ? 1 : -1));
      return structuredClone(theirs.slice(0, limit)) as Notification[];
    },

    async partyOf(bookingId) {
      for (const { bookingId: its, userId, to, content } of mails.values()) {
        if (its !== bookingId || !("eventName" in content.facts)) continue;
        return { userId, to: { ...to }, eventName: content.facts.eventName };
      }
      return null;
    },

    async noteCancellation(eventId, reason) {
      if (!reasons.has(eventId)) reasons.set(eventId, reason);
    },

    cancellationReason: async (eventId) => reasons.get(eventId) ?? null,

    ping: async () => true,
  };
  return memory;
}
