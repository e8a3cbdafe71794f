import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { HOST } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { answerOf } from "#local/seed/api.ts";
import { apiClient } from "#shared/client/client.ts";
import { login } from "#shared/client/generated/sdk.gen.ts";
import { KillablePlatform } from "../../support/killable-platform.ts";

/** Nobody reads bookings for so long, then everybody may for as long, and so on. */
const HELD_MS = 1_000;

/** A whole platform, and its route that reads Postgres for each request: a buyer's own bookings. */
export type PlatformRoute = {
  url: string;
  headers: Record<string, string>;
  /** Connections of bookings to Postgres, at this moment. */
  connections(): Promise<number>;
  /** While `work` goes on, the table is locked every other second. */
  disturbed<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export async function startPlatformRoute(): Promise<PlatformRoute> {
  const platform = await KillablePlatform.make();
  await platform.start();
  const { config, url } = platform;
  const { token } = await answerOf(login({ client: apiClient({ baseUrl: url }), body: credentials() }));
  const open = async () => {
    const password = platformSecrets(config.dataDir).postgres.bookings;
    const identity = { user: "bookings", database: "bookings", password, application_name: "admin" };
    const client = new Client({ host: HOST, port: config.ports.postgres, ...identity });
    await client.connect();
    return client;
  };
  const [watcher, holder] = await Promise.all([open(), open()]);
  return {
    url: `${url}/api/bookings/my`,
    headers: { authorization: `Bearer ${token}` },
    async connections() {
      const { rows } = await watcher.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where usename = 'bookings' and application_name <> 'admin'",
      );
      return rows[0]!.n;
    },
    async disturbed(work) {
      let isOver = false;
      const ended = work.finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await holder.query("begin; lock table booking in access exclusive mode");
        await Promise.race([ended, delay(HELD_MS)]);
        await holder.query("commit");
        await Promise.race([ended, delay(HELD_MS)]);
      }
      return ended;
    },
    async close() {
      await Promise.all([watcher.end(), holder.end()]);
      await platform.takeAway();
    },
  };
}

function credentials() {
  const { email, password } = ACCOUNTS.buyer;
  return { email, password };
}
