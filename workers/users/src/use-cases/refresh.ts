import { Problem } from "#shared/errors/problem.ts";
import { copyRevocations } from "./copy-revocations.ts";
import type { UsersDeps } from "./deps.ts";
import { hashOf, newRefreshToken, type SignedIn, signedIn } from "./tokens.ts";

/**
 * Trades a refresh token for the next one and a new access token. Each is good once: one that comes a second time is
 * in two hands, and nobody can tell which of them is the owner's, so the session ends for both.
 * @throws Problem INVALID_REFRESH_TOKEN
 */
export async function refresh(deps: UsersDeps, shown: string): Promise<SignedIn> {
  const next = newRefreshToken(deps, deps.clock());
  const rotation = await deps.sessions.rotate(hashOf(shown), next.record);
  if (rotation.outcome === "ROTATED") {
    const account = await deps.accounts.byId(rotation.accountId);
    if (account) return signedIn(deps, account, rotation.sessionId, next);
  }
  if (rotation.outcome === "REUSED") {
    deps.logger.warn("refresh token reused", { sessionId: rotation.sessionId });
    await copyRevocations(deps, [rotation.sessionId]);
  }
  throw new Problem("INVALID_REFRESH_TOKEN");
}
