import { join } from "node:path";
import { Client } from "pg";
import { migratePostgres } from "#local/migrate/migrate.ts";
import { startTestNeon } from "#local/neon/testing.ts";
import { type Database, database } from "#shared/postgres/database.ts";

const MIGRATIONS = join(import.meta.dirname, "../../migrations/postgres/inventory");

/** Inventory's database in a real Postgres behind the Neon-compatible endpoint, migrated. */
export interface InventoryDatabase {
  db: Database;
  /** Past the repositories. */
  admin: Client;
  /** Takes everything away. */
  empty(): Promise<Database>;
  close(): Promise<void>;
}

export async function startInventoryDatabase(): Promise<InventoryDatabase> {
  const neon = await startTestNeon();
  const { host, port } = neon.postgres;
  const service = await neon.postgres.addDatabase("inventory");
  const { name, password } = service;
  await migratePostgres({ host, port, service: name, password, dir: MIGRATIONS });
  const admin = new Client({ host, port, user: name, database: name, password });
  await admin.connect();
  const db = database({
    DATABASE_URL: neon.urlOf(service),
    NEON_FETCH_ENDPOINT: `http://127.0.0.1:${neon.port}/sql`,
  });
  return {
    db,
    admin,
    async empty() {
      await admin.query("truncate seat_map, ledger_segment, ledger_head, ledger_layout, place");
      return db;
    },
    async close() {
      await admin.end();
      await neon.close();
    },
  };
}
