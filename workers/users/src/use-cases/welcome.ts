import { envelope, type OutgoingMessage, toMessage } from "#shared/saga/envelope.ts";
import type { Account } from "../repositories/schema.ts";

/** The message that an account was made. */
export function welcomeOf({ id, name, email, createdAt }: Account, traceparent: string): OutgoingMessage {
  const payload = { userId: id, name, email, registeredAt: createdAt.toISOString() };
  return toMessage(envelope("user.registered", id, payload, { now: createdAt.getTime(), traceparent }));
}
