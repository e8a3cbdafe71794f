import type { Config } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { newIdentity, signToken } from "../../support/token.ts";

/** Longer than any run. */
const TOKEN_MS = 3_600_000;

/**
 * Access tokens of so many different users, signed with the platform's own key, without accounts behind them: hashing
 * passwords is not on the way of a booking.
 */
export async function tokensOf({ dataDir }: Config, count: number): Promise<string[]> {
  const key = platformSecrets(dataDir).accessTokenKey;
  const options = { issuedAt: Date.now(), lifetimeMs: TOKEN_MS, key };
  return Promise.all(Array.from({ length: count }, () => signToken(newIdentity("USER"), options)));
}
