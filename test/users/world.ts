import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { createLocalJWKSet, decodeJwt } from "jose";
import { Client } from "pg";
import { migratePostgres } from "#local/migrate/migrate.ts";
import { startTestNeon } from "#local/neon/testing.ts";
import { startRedisRest } from "#local/redis/server.ts";
import { verifyAccessToken } from "#shared/auth/access-token.ts";
import { importEd25519, publicJwk } from "#shared/auth/keys.ts";
import { Unavailable } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import { database } from "#shared/postgres/database.ts";
import { postgresOutbox } from "#shared/postgres/outbox.ts";
import { type Redis, redis } from "#shared/redis/redis.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import { postgresAccounts } from "../../workers/users/src/repositories/accounts.ts";
import { postgresIdentities } from "../../workers/users/src/repositories/identities.ts";
import type { Account } from "../../workers/users/src/repositories/schema.ts";
import { postgresSessions } from "../../workers/users/src/repositories/sessions.ts";
import { beginSession } from "../../workers/users/src/use-cases/begin-session.ts";
import type { UsersDeps } from "../../workers/users/src/use-cases/deps.ts";
import { welcomeOf } from "../../workers/users/src/use-cases/welcome.ts";

const MIGRATIONS = join(import.meta.dirname, "../../migrations/postgres/users");
export const HOUR_MS = 3_600_000;
const TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

/** What the use cases of users need, over a real Postgres and the Redis stand-in; a test moves the clock. */
export async function startUsers() {
  const neon = await startTestNeon();
  const { host, port } = neon.postgres;
  const { name, password } = await neon.postgres.addDatabase("users");
  await migratePostgres({ host, port, service: name, password, dir: MIGRATIONS });
  const db = database({
    DATABASE_URL: neon.urlOf({ name, password }),
    NEON_FETCH_ENDPOINT: `http://127.0.0.1:${neon.port}/sql`,
  });
  const world = {
    now: Date.now(),
    kafkaIsDown: false,
    redisIsDown: false,
    sent: [] as OutgoingMessage[],
    warnings: [] as string[],
  };
  const clock = () => world.now;
  const rest = await startRedisRest({ port: 0, token: "token", clock });
  const logger = { info() {}, warn: (message: string) => void world.warnings.push(message), error() {} };
  const variables = {
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${rest.port}`,
    UPSTASH_REDIS_REST_TOKEN: "token",
  };
  const real = redis(variables, { clock, logger, timeoutMs: 10_000 });
  const guarded: Redis = {
    run: (command) => (world.redisIsDown ? down("redis") : real.run(command)),
    runAll: (commands) => (world.redisIsDown ? down("redis") : real.runAll(commands)),
  };
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwkText = JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "users-1" });
  const deps: UsersDeps = {
    accounts: postgresAccounts(db),
    sessions: postgresSessions(db),
    identities: postgresIdentities(db),
    outbox: postgresOutbox(db),
    redis: guarded,
    clock,
    logger,
    async signer() {
      const { key, jwk } = await importEd25519(jwkText);
      return { key, kid: jwk.kid ?? "", jwk };
    },
    async send(messages) {
      if (world.kafkaIsDown) return down("kafka");
      world.sent.push(...messages);
    },
    accessLifetimeMs: HOUR_MS,
    refreshLifetimeMs: 24 * HOUR_MS,
  };
  return {
    deps,
    world,
    /** An account, its welcome sent. */
    async account(over: Partial<Account> = {}): Promise<Account> {
      const id = newId("usr", world.now);
      const email = `${id}@ticketflow.dev`;
      const account: Account = {
        id,
        email,
        name: "Test Buyer",
        passwordHash: "none",
        role: "USER",
        createdAt: new Date(world.now),
        ...over,
      };
      const row = await deps.accounts.add(account, welcomeOf(account, TRACE));
      await deps.outbox.sent([row!]);
      return account;
    },
    /** A session of an account: its id, and its first tokens. */
    async session(account: Account) {
      const begun = (await beginSession(deps, account))!;
      return { ...begun, id: String(decodeJwt(begun.token).sid) };
    },
    /** The caller that an access token of ours speaks for. */
    async callerOf(token: string) {
      const keys = createLocalJWKSet({ keys: [publicJwk((await deps.signer()).jwk)] });
      return (await verifyAccessToken(token, keys, world.now))!;
    },
    /** A connection of its own, past the repositories. */
    async connect(): Promise<Client> {
      const client = new Client({ host, port, user: name, database: name, password });
      await client.connect();
      return client;
    },
    async close() {
      await rest.close();
      await neon.close();
    },
  };
}

export type Users = Awaited<ReturnType<typeof startUsers>>;

async function down(backend: string): Promise<never> {
  throw new Unavailable(backend);
}
