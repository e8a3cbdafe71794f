import type { Envelope } from "#shared/saga/envelope.ts";
import { subjectOf } from "../core/letters/render.ts";
import { type Content, KEPT_FOR_MS, type Notification, notificationId } from "../core/notification.ts";
import type { NotificationsDeps } from "./deps.ts";

/** For whom a mail is, and what it is about. */
export interface Recipient {
  userId: string;
  bookingId: string | null;
  to: Notification["to"];
  /** What makes the mail the same one, whichever message asks for it. */
  about: string;
}

/**
 * Notes that a mail is due. A message that comes twice, or again under another id, notes nothing new.
 * @returns the mail's id, or null when it was noted before
 */
export async function note(
  deps: NotificationsDeps,
  { traceparent }: Pick<Envelope, "traceparent">,
  content: Content,
  { userId, bookingId, to, about }: Recipient,
): Promise<string | null> {
  const now = deps.clock();
  const _id = notificationId(content.kind, about);
  const isNew = await deps.notifications.add({
    ...{ _id, content, userId, bookingId, to, traceparent },
    subject: subjectOf(content),
    state: "PENDING",
    dueAt: new Date(now),
    attempts: 0,
    failure: null,
    createdAt: new Date(now),
    sentAt: null,
    forgetAt: new Date(now + KEPT_FOR_MS),
    rev: 1,
  });
  return isNew ? _id : null;
}
