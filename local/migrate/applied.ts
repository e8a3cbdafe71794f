import type { Client } from "pg";
import type { MigrationFile } from "./files.ts";

/** Written by node-pg-migrate: which files were applied. */
export const MIGRATIONS_TABLE = "pgmigrations";
/** Ours: what they said. */
const CHECKSUMS_TABLE = "pgmigrations_checksum";

/**
 * Answers the files that are still to be applied; changes nothing.
 * Throws when one that was applied reads otherwise today, or is not there, and when a new one comes before one that was
 * applied: the database then is not what the folder says, or is newer.
 */
export async function pendingMigrations(client: Client, files: MigrationFile[]): Promise<MigrationFile[]> {
  const applied = await appliedChecksums(client);
  const names = new Set(files.map(({ name }) => name));
  for (const name of applied.keys()) {
    if (names.has(name)) continue;
    throw new Error(
      `migration ${name} was applied, but its file is gone: this checkout is older than the database, or the file was removed. Take a checkout that has it`,
    );
  }
  const last = [...applied.keys()].sort().at(-1) ?? "";
  for (const { name, path, sha256 } of files) {
    if (!applied.has(name) && name < last) {
      throw new Error(`${path} comes before ${last}, which was applied already; give it a later time`);
    }
    if (applied.has(name) && applied.get(name) !== sha256) {
      throw new Error(`${path} was changed after it was applied; write a new migration instead`);
    }
  }
  return files.filter(({ name }) => !applied.has(name));
}

/**
 * Records what a file says before it is applied. In this order a crash between the two leaves a checksum that
 * counts for nothing, and never an applied file without one.
 */
export async function recordChecksum(client: Client, { name, sha256 }: MigrationFile): Promise<void> {
  await client.query(
    `create table if not exists ${CHECKSUMS_TABLE} (name text primary key, sha256 text not null)`,
  );
  await client.query(
    `insert into ${CHECKSUMS_TABLE} (name, sha256) values ($1, $2) on conflict (name) do update set sha256 = $2`,
    [name, sha256],
  );
}

async function appliedChecksums(client: Client): Promise<Map<string, string | null>> {
  // The table of checksums is made before the other one.
  const table = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [
    MIGRATIONS_TABLE,
  ]);
  if (!table.rows[0]?.found) return new Map();
  const { rows } = await client.query<{ name: string; sha256: string | null }>(
    `select name, sha256 from ${MIGRATIONS_TABLE} left join ${CHECKSUMS_TABLE} using (name)`,
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}
