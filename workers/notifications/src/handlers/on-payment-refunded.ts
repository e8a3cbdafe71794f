import type { Envelope } from "#shared/saga/envelope.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import { note } from "../use-cases/note.ts";
import type { Noted } from "./noted.ts";

/**
 * Money went back, or would not. The message names no address: that is known from what was heard of the booking, and
 * is waited for where nothing was heard yet. A booking may be refunded more than once, so a refund's mail is known by the
 * refund.
 */
export async function onPaymentRefunded(
  deps: NotificationsDeps,
  message: Envelope<"payment.refunded">,
): Promise<Noted> {
  const { bookingId, paymentId, refundId, status, amount } = message.payload;
  // Nothing was to be paid, or all of it had gone back before: the undo is answered, and no money moved.
  if (status === "SUCCESS" && amount === 0) return { kind: "noted", id: null };
  const party = await deps.notifications.partyOf(bookingId);
  if (!party) return { kind: "early", detail: "nothing was heard of the booking yet" };
  const { userId, to, eventName } = party;
  const kind = status === "SUCCESS" ? "refunded" : "refund-failed";
  if (kind === "refund-failed") deps.logger.error("a refund needs a person", { bookingId, paymentId });
  const facts = { ...message.payload, userName: to.name, eventName };
  const recipient = { userId, bookingId, to, about: refundId ?? paymentId };
  return { kind: "noted", id: await note(deps, message, { kind, facts }, recipient) };
}
