import { signAccessToken } from "#shared/auth/access-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import type { Identity, Role } from "#shared/auth/roles.ts";
import { newId } from "#shared/ids/id.ts";

/** Somebody new with a role, without an account. */
export function newIdentity(role: Role): Identity {
  const userId = newId("usr", Date.now());
  return { userId, role, email: `${userId}@ticketflow.dev`, name: `Test ${role}` };
}

/** A token as users makes it, with the platform's own key. */
export async function signToken(
  identity: Identity,
  { issuedAt, lifetimeMs, key }: { issuedAt: number; lifetimeMs: number; key: string },
): Promise<string> {
  const { key: signingKey, jwk } = await importEd25519(key);
  const options = { now: issuedAt, lifetimeMs, tokenId: newId("rft", issuedAt) };
  const caller = { ...identity, sessionId: newId("ses", issuedAt) };
  return signAccessToken(caller, { key: signingKey, kid: jwk.kid ?? "" }, options);
}
