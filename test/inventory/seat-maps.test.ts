import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { migratePostgres } from "#local/migrate/migrate.ts";
import { startTestNeon } from "#local/neon/testing.ts";
import { database } from "#shared/postgres/database.ts";
import { describeSeatMaps } from "../../workers/inventory/src/repositories/seat-maps.contract.ts";
import { postgresSeatMaps, type SeatMaps } from "../../workers/inventory/src/repositories/seat-maps.ts";

const MIGRATIONS = join(import.meta.dirname, "../../migrations/postgres/inventory");

let empty: () => Promise<SeatMaps>;
let close: () => Promise<void>;

beforeAll(async () => {
  const neon = await startTestNeon();
  const { host, port } = neon.postgres;
  const service = await neon.postgres.addDatabase("inventory");
  const { name, password } = service;
  await migratePostgres({ host, port, service: name, password, dir: MIGRATIONS });
  const admin = new Client({ host, port, user: name, database: name, password });
  await admin.connect();
  const seatMaps = postgresSeatMaps(
    database({
      DATABASE_URL: neon.urlOf(service),
      NEON_FETCH_ENDPOINT: `http://127.0.0.1:${neon.port}/sql`,
    }),
  );
  empty = async () => {
    await admin.query("truncate seat_map");
    return seatMaps;
  };
  close = async () => {
    await admin.end();
    await neon.close();
  };
}, 60_000);
afterAll(() => close());

describeSeatMaps("Postgres", () => empty());
