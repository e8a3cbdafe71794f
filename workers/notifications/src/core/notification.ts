import { createHash } from "node:crypto";
import type { Payload } from "#shared/saga/declaration.ts";

/** What each kind of mail is made of. */
export interface FactsByKind {
  welcome: Payload<"user.registered">;
  "booking-confirmed": Payload<"booking.confirmed">;
  "booking-failed": Payload<"booking.failed">;
  "booking-cancelled": Payload<"booking.cancelled">;
  refunded: RefundFacts;
  "refund-failed": RefundFacts;
}

/** A refund says nothing of the buyer or the event: that is known from what was heard of its booking before. */
export type RefundFacts = Payload<"payment.refunded"> & { userName: string; eventName: string };

export type NotificationKind = keyof FactsByKind;

/** A mail that is due: what it is about, and for whom. */
export type Content = {
  [K in NotificationKind]: { kind: K; facts: FactsByKind[K] };
}[NotificationKind];

/**
 * PENDING: to be sent from `dueAt` on. SENDING: somebody sends it and has until `dueAt`; after that it is anybody's.
 * SENT: the mail server has it. FAILED: the mail server will not have it.
 */
export type NotificationState = "PENDING" | "SENDING" | "SENT" | "FAILED";

/** One mail to one person, and what became of it. */
export interface Notification {
  /** The same for the same mail, however often it is asked for. */
  _id: string;
  content: Content;
  userId: string;
  bookingId: string | null;
  to: { name: string; email: string };
  subject: string;
  state: NotificationState;
  /** Null once nothing more is done. */
  dueAt: Date | null;
  /** How often it was given to the mail server. */
  attempts: number;
  /** What the mail server said last, where it did not take it. */
  failure: string | null;
  traceparent: string;
  createdAt: Date;
  sentAt: Date | null;
  /** When the database forgets it. */
  forgetAt: Date;
  /** Counts the writes: whoever settles a try must be the one who began it. */
  rev: number;
}

/** Long enough for a refund to find the address of its booking, and for a buyer to be told what they were told. */
export const KEPT_FOR_MS = 400 * 86_400_000;

/** @param subject what the mail is about: a user, a booking or a refund; never the message that asked for it */
export function notificationId(kind: NotificationKind, subject: string): string {
  const hash = createHash("sha256").update(`${kind}:${subject}`).digest("hex");
  return `notif_${hash.slice(0, 32)}`;
}

/** A header of the mail itself, by which a reader's program knows two copies for one. */
export function messageId({ _id }: Pick<Notification, "_id">, from: string): string {
  const domain = /@([\w.-]+)>?$/.exec(from)?.[1] ?? "localhost";
  return `<${_id}@${domain}>`;
}
