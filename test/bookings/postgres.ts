import { join } from "node:path";
import { Client } from "pg";
import { migratePostgres } from "#local/migrate/migrate.ts";
import { startTestNeon } from "#local/neon/testing.ts";
import { type Database, database } from "#shared/postgres/database.ts";
import {
  type BookedEvents,
  postgresBookedEvents,
} from "../../workers/bookings/src/repositories/booked-events.ts";
import type { Bookings } from "../../workers/bookings/src/repositories/bookings.ts";
import { postgresBookings } from "../../workers/bookings/src/repositories/postgres-bookings.ts";

const MIGRATIONS = join(import.meta.dirname, "../../migrations/postgres/bookings");

/** The bookings repository over a real Postgres behind the Neon-compatible endpoint, migrated. */
export interface BookingsUnderTest {
  /** As the service has it. */
  db: Database;
  bookings: Bookings;
  bookedEvents: BookedEvents;
  /** A session of its own, past the repository. */
  connect(): Promise<Client>;
  /** Takes every booking away. */
  empty(): Promise<Bookings>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startBookings(): Promise<BookingsUnderTest> {
  const neon = await startTestNeon();
  const { host, port } = neon.postgres;
  const service = await neon.postgres.addDatabase("bookings");
  const { name, password } = service;
  await migratePostgres({ host, port, service: name, password, dir: MIGRATIONS });
  const db = database({
    DATABASE_URL: neon.urlOf(service),
    NEON_FETCH_ENDPOINT: `http://127.0.0.1:${neon.port}/sql`,
  });
  const bookings = postgresBookings(db);
  const connect = async () => {
    const client = new Client({ host, port, user: name, database: name, password });
    client.on("error", () => {}); // A server that ends takes its sessions with it.
    await client.connect();
    return client;
  };
  return {
    db,
    bookings,
    bookedEvents: postgresBookedEvents(db),
    connect,
    async empty() {
      const client = await connect();
      await client.query(
        "truncate booking, booking_line, booking_step, ticket, inbox, outbox, idempotency_key, event_cancellation",
      );
      await client.end();
      return bookings;
    },
    stop: () => neon.postgres.stop(),
    start: () => neon.postgres.start(),
    close: () => neon.close(),
  };
}
