import { inject } from "vitest";
import { platformSecrets } from "#local/parts/secrets.ts";
import type { Identity, Role } from "#shared/auth/roles.ts";
import { type Client, clientOf } from "./client.ts";
import { platformOf } from "./platform.ts";
import { newIdentity, signToken } from "./token.ts";

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
  const identity = newIdentity(role);
  const token = await tokenFor(identity);
  return { ...clientOf(url, token), identity, token };
}

/** A token as users makes it. */
export const tokenFor = (
  identity: Identity,
  { issuedAt = Date.now(), lifetimeMs = 3_600_000, key = secrets.accessTokenKey } = {},
): Promise<string> => signToken(identity, { issuedAt, lifetimeMs, key });
