import type { Envelope } from "#shared/saga/envelope.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import { note } from "../use-cases/note.ts";
import type { Noted } from "./noted.ts";

/** The booking came to nothing. It may be said again under another id: it stays one mail. */
export async function onBookingFailed(
  deps: NotificationsDeps,
  message: Envelope<"booking.failed">,
): Promise<Noted> {
  const { payload: facts } = message;
  const { userId, bookingId, userName: name, userEmail: email } = facts;
  const recipient = { userId, bookingId, to: { name, email }, about: bookingId };
  return { kind: "noted", id: await note(deps, message, { kind: "booking-failed", facts }, recipient) };
}
