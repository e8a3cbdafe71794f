import { relayLeftovers } from "#shared/postgres/relay.ts";
import { copyLeftovers } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";

/** How much longer than its last access token a revoked session is known. */
const MARGIN_MS = 3_600_000;

/**
 * One sweep: messages that a crash left unsent, revocations that Redis does not have, and what may be forgotten. Each
 * part is tried whatever becomes of the others.
 * @throws the first part's error, once all have ended
 */
export async function sweep(deps: UsersDeps): Promise<void> {
  const now = deps.clock();
  const parts = await Promise.allSettled([
    relayLeftovers(deps),
    copyLeftovers(deps),
    deps.sessions.forget(now, now - deps.accessLifetimeMs - MARGIN_MS),
  ]);
  for (const part of parts) if (part.status === "rejected") throw part.reason;
}
