import type { CryptoKey, JWK } from "jose";
import type { Clock } from "#shared/clock.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { Outbox } from "#shared/postgres/relay.ts";
import type { Redis } from "#shared/redis/redis.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Accounts } from "../repositories/accounts.ts";
import type { Identities } from "../repositories/identities.ts";
import type { Sessions } from "../repositories/sessions.ts";

/** What the use cases of users need. */
export interface UsersDeps {
  accounts: Accounts;
  sessions: Sessions;
  identities: Identities;
  outbox: Outbox;
  redis: Redis;
  clock: Clock;
  logger: Logger;
  signer(): Promise<{ key: CryptoKey; kid: string; jwk: JWK }>;
  /** Hands messages to Kafka; resolves when they are durable there. */
  send(messages: OutgoingMessage[]): Promise<void>;
  accessLifetimeMs: number;
  refreshLifetimeMs: number;
}
