import { copyRevocations } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";

/** Ends a session: its refresh tokens and its access tokens hold no more. To end it twice is to end it. */
export async function logout(deps: UsersDeps, sessionId: string): Promise<void> {
  if (await deps.sessions.end(sessionId, deps.clock())) await copyRevocations(deps, [sessionId]);
}
