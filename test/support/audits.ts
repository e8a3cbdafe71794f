import { MongoClient } from "mongodb";
import { Client } from "pg";
import { expect } from "vitest";
import { HOST } from "#local/config.ts";
import { until } from "#local/e2e/until.ts";
import { mongoUri } from "#local/parts/stores.ts";
import { answerOf } from "#local/seed/api.ts";
import { getAudit, startAudit } from "#shared/client/generated/sdk.gen.ts";
import type { AuditFinding, AuditReport } from "#shared/client/generated/types.gen.ts";
import { config, secrets, someone } from "./world.ts";

/** An audit of everything may be before it in the queue. */
const LIMIT_MS = 120_000;

/** What an audit of one event says, once it has ended. Others may sell on the platform meanwhile. */
export async function audited(
  eventId: string,
  { repair = false } = {},
): Promise<AuditReport & { findings: AuditFinding[] }> {
  const { api: client } = await someone("ADMIN");
  const { data } = await until(
    "an audit of our own",
    () => startAudit({ client, body: { eventId, repair } }),
    ({ response }) => response?.status === 202,
    LIMIT_MS,
  );
  const read = () => answerOf(getAudit({ client, path: { id: data!.id }, query: { page: 1, perPage: 100 } }));
  const report = await until("the audit's end", read, ({ state }) => state !== "RUNNING", LIMIT_MS);
  expect(report).toMatchObject({ state: "DONE", error: null });
  return report;
}

/** Changes rows of bookings, past the service. */
export const inBookings = (query: string, values: unknown[]) => inPostgres("bookings", query, values);

/** Changes rows of a service's database, past the service. */
export async function inPostgres(
  service: "bookings" | "inventory",
  query: string,
  values: unknown[],
): Promise<void> {
  const of = { host: HOST, port: config.ports.postgres, user: service, database: service };
  const client = new Client({ ...of, password: secrets.postgres[service] });
  await client.connect();
  try {
    await client.query(query, values);
  } finally {
    await client.end();
  }
}

/** Makes an event's bookings so old that nothing of them can be under way. */
export async function age(eventId: string): Promise<void> {
  await inBookings("update booking set updated_at = updated_at - interval '1 hour' where event_id = $1", [
    eventId,
  ]);
}

/** A service's MongoDB database, past the service. */
export async function inMongo<T>(
  service: "payments" | "notifications",
  work: (db: ReturnType<MongoClient["db"]>) => Promise<T>,
): Promise<T> {
  const client = await MongoClient.connect(mongoUri(config, service));
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}
