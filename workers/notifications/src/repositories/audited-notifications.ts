import { collection } from "#durable-objects/document-pool/client.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { MailFacts, NotificationsAudit } from "#shared/rpc/audit/notifications.ts";
import type { Notification } from "../core/notification.ts";

/** The most bookings that are asked about at once, and the most mails that one has. */
const MAX_BOOKINGS = 200;
const MAX_MAILS = 10;

/** Not the address, not the mail itself. */
const FACTS = {
  ...{ bookingId: 1, state: 1, attempts: 1, createdAt: 1 },
  ...{ "content.kind": 1, "content.facts.refundId": 1 },
} as const;

/** What an auditor reads of mails. Throws Unavailable when MongoDB does not answer. */
export function notificationsAudit(pool: DocumentPoolRpc): NotificationsAudit {
  const notifications = collection<Notification>(pool, "notifications");
  return {
    async mailsOf(bookingIds) {
      if (bookingIds.length === 0) return [];
      const asked = bookingIds.slice(0, MAX_BOOKINGS);
      const options = { limit: asked.length * MAX_MAILS, projection: FACTS };
      return (await notifications.find({ bookingId: { $in: asked } }, options)).map(factsOf);
    },
  };
}

function factsOf({ _id: id, bookingId, content, state, attempts, createdAt }: Notification): MailFacts {
  const { kind, facts } = content;
  return {
    ...{ id, bookingId: bookingId ?? "", kind, state, attempts },
    refundId: facts && "refundId" in facts ? facts.refundId : null,
    createdAt: createdAt.getTime(),
  };
}
