import { inject } from "vitest";
import { platformSecrets } from "#local/parts/secrets.ts";
import { signAccessToken } from "#shared/auth/access-token.ts";
import { importEd25519 } from "#shared/auth/keys.ts";
import type { Identity, Role } from "#shared/auth/roles.ts";
import { newId } from "#shared/ids/id.ts";
import { type Client, clientOf } from "./client.ts";
import { platformOf } from "./platform.ts";

/** The platform under test. */
export const { config, url } = platformOf(inject("platform"));

/** The platform's own keys: with them a test can make what only the platform can make. */
export const secrets = platformSecrets(config.dataDir);

/** A caller without a token. */
export const anyone = clientOf(url);

export interface User extends Client {
  identity: Identity;
  token: string;
}

/**
 * Somebody new with a role. Their token is signed with the platform's key, without an account behind it:
 * a password's hash costs a third of a second, and only users knows accounts.
 */
export async function someone(role: Role = "USER"): Promise<User> {
  const userId = newId("usr", Date.now());
  const identity = { userId, role, email: `${userId}@ticketflow.dev`, name: `Test ${role}` };
  const token = await tokenFor(identity);
  return { ...clientOf(url, token), identity, token };
}

/** A token as users makes it. */
export async function tokenFor(
  identity: Identity,
  { issuedAt = Date.now(), lifetimeMs = 3_600_000, key = secrets.accessTokenKey } = {},
): Promise<string> {
  const { key: signingKey, jwk } = await importEd25519(key);
  const options = { now: issuedAt, lifetimeMs, tokenId: newId("rft", issuedAt) };
  const caller = { ...identity, sessionId: newId("ses", issuedAt) };
  return signAccessToken(caller, { key: signingKey, kid: jwk.kid ?? "" }, options);
}
