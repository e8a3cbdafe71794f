import type { Envelope } from "#shared/saga/envelope.ts";
import type { NotificationsDeps } from "../use-cases/deps.ts";
import { note } from "../use-cases/note.ts";
import type { Noted } from "./noted.ts";

/** There is a new account. */
export async function onUserRegistered(
  deps: NotificationsDeps,
  message: Envelope<"user.registered">,
): Promise<Noted> {
  const { payload: facts } = message;
  const { userId, name, email } = facts;
  const recipient = { userId, bookingId: null, to: { name, email }, about: userId };
  return { kind: "noted", id: await note(deps, message, { kind: "welcome", facts }, recipient) };
}
