import { createHash, randomBytes } from "node:crypto";
import { signAccessToken } from "#shared/auth/access-token.ts";
import { newId } from "#shared/ids/id.ts";
import type { NewRefreshToken } from "../repositories/rotate.ts";
import type { Account } from "../repositories/schema.ts";
import type { UsersDeps } from "./deps.ts";

/** What a sign-in and each refresh give. */
export interface SignedIn {
  token: string;
  expiresAt: Date;
  refreshToken: string;
  account: Account;
}

/** 256 bits: not to be guessed, so its plain SHA-256 may be stored. */
const REFRESH_TOKEN_BYTES = 32;

export const hashOf = (refreshToken: string) => createHash("sha256").update(refreshToken).digest("hex");

/** A new refresh token: its text for the owner, and the record of it for us. */
export function newRefreshToken(deps: Pick<UsersDeps, "refreshLifetimeMs">, now: number) {
  const text = randomBytes(REFRESH_TOKEN_BYTES).toString("base64url");
  const expiresAt = now + deps.refreshLifetimeMs;
  const record: NewRefreshToken = { id: newId("rft", now), hash: hashOf(text), issuedAt: now, expiresAt };
  return { text, record };
}

/**
 * An access token for a session of an account, beside the session's newest refresh token.
 * @param now epoch ms, of the refresh token too
 */
export async function signedIn(
  deps: Pick<UsersDeps, "signer" | "accessLifetimeMs">,
  account: Account,
  sessionId: string,
  { text, record }: ReturnType<typeof newRefreshToken>,
): Promise<SignedIn> {
  const { id: userId, role, email, name } = account;
  const { issuedAt: now, id: tokenId } = record;
  const lifetimeMs = deps.accessLifetimeMs;
  const caller = { userId, role, email, name, sessionId };
  const token = await signAccessToken(caller, await deps.signer(), { now, lifetimeMs, tokenId });
  return { token, expiresAt: new Date(now + lifetimeMs), refreshToken: text, account };
}
