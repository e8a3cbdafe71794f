import type { Envelope } from "#shared/saga/envelope.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import { note } from "../use-cases/note.ts";
import type { Noted } from "./noted.ts";

/** The booking is paid and its places are its buyer's. */
export async function onBookingConfirmed(
  deps: NotificationsDeps,
  message: Envelope<"booking.confirmed">,
): Promise<Noted> {
  const { payload: facts } = message;
  const { userId, bookingId, userName: name, userEmail: email } = facts;
  const recipient = { userId, bookingId, to: { name, email }, about: bookingId };
  return { kind: "noted", id: await note(deps, message, { kind: "booking-confirmed", facts }, recipient) };
}
