import type { Account } from "../repositories/schema.ts";
import type { SignedIn } from "../use-cases/tokens.ts";

/** An account as its owner sees it. */
export function presentUser({ id, name, email, role, createdAt }: Account) {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}

/** What a sign-in and each refresh answer. */
export function presentSession({ token, expiresAt, refreshToken, account }: SignedIn) {
  return { token, expiresAt: expiresAt.toISOString(), refreshToken, user: presentUser(account) };
}

/** Tokens are for their owner alone. */
export const NO_STORE = { "cache-control": "no-store" };
