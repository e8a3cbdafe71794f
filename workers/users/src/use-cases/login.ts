import { createHash, randomBytes } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { signAccessToken } from "#shared/auth/access-token.ts";
import { verifyPassword } from "#shared/auth/password.ts";
import type { credentials } from "#shared/contracts/users.ts";
import { Problem } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { Account } from "../repositories/schema.ts";
import type { UsersDeps } from "./deps.ts";

export interface SignedIn {
  token: string;
  expiresAt: Date;
  refreshToken: string;
  account: Account;
}

/** 256 bits: not to be guessed, so its plain SHA-256 may be stored. */
const REFRESH_TOKEN_BYTES = 32;

/**
 * Verified against when there is no such account, so that both answers take the same time: a hash of
 * the usual cost, with a key that no password has.
 */
const NOBODY = `scrypt$32768$8$3$${"A".repeat(22)}==$${"A".repeat(43)}=`;

/**
 * Trades email and password for an access token and a refresh token.
 * @throws Problem INVALID_CREDENTIALS, the same whether the email or the password is wrong
 */
export async function login(deps: UsersDeps, input: z.infer<typeof credentials>): Promise<SignedIn> {
  const account = await deps.accounts.byEmail(input.email.toLowerCase());
  const isRight = await verifyPassword(input.password, account?.passwordHash ?? NOBODY);
  if (!account || !isRight) throw new Problem("INVALID_CREDENTIALS");
  const now = deps.clock();
  const refreshToken = randomBytes(REFRESH_TOKEN_BYTES).toString("base64url");
  const tokenId = newId("rft", now);
  await deps.accounts.addRefreshToken({
    id: tokenId,
    familyId: tokenId,
    accountId: account.id,
    tokenHash: createHash("sha256").update(refreshToken).digest("hex"),
    issuedAt: new Date(now),
    expiresAt: new Date(now + deps.refreshLifetimeMs),
  });
  const identity = { userId: account.id, role: account.role, email: account.email, name: account.name };
  const lifetimeMs = deps.accessLifetimeMs;
  const token = await signAccessToken(identity, await deps.signer(), { now, lifetimeMs, tokenId });
  return { token, expiresAt: new Date(now + lifetimeMs), refreshToken, account };
}
