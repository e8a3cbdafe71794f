import type { CryptoKey, JWK } from "jose";
import type { Clock } from "#shared/clock.ts";
import type { Accounts } from "../repositories/accounts.ts";

/** What the use cases of users need. */
export interface UsersDeps {
  accounts: Accounts;
  clock: Clock;
  signer(): Promise<{ key: CryptoKey; kid: string; jwk: JWK }>;
  accessLifetimeMs: number;
  refreshLifetimeMs: number;
}
