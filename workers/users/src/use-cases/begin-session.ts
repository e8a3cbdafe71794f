import { newId } from "#shared/ids/id.ts";
import type { Account } from "../repositories/schema.ts";
import type { UsersDeps } from "./deps.ts";
import { newRefreshToken, type SignedIn, signedIn } from "./tokens.ts";

/**
 * Begins a session of somebody who has just proved that the account is theirs.
 * @returns null when the account's password or role has changed since it was read
 */
export async function beginSession(deps: UsersDeps, account: Account): Promise<SignedIn | null> {
  const now = deps.clock();
  const sessionId = newId("ses", now);
  const refreshToken = newRefreshToken(deps, now);
  const hasBegun = await deps.sessions.begin(sessionId, account, refreshToken.record);
  return hasBegun ? signedIn(deps, account, sessionId, refreshToken) : null;
}
