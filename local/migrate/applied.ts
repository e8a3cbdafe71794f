import type { Client } from "pg";
import type { MigrationFile } from "./files.ts";

/** Written by node-pg-migrate: which files were applied. */
export const MIGRATIONS_TABLE = "pgmigrations";
/** Ours: what they said. */
const CHECKSUMS_TABLE = "pgmigrations_checksum";

/**
 * Answers the files that are still to be applied.
 * Throws when one that was applied reads otherwise today, or is gone: the database then is not what the folder says.
 */
export async function pendingMigrations(client: Client, files: MigrationFile[]): Promise<MigrationFile[]> {
  await client.query(
    `create table if not exists ${CHECKSUMS_TABLE} (name text primary key, sha256 text not null)`,
  );
  const applied = await appliedChecksums(client);
  const names = new Set(files.map(({ name }) => name));
  for (const name of applied.keys()) {
    if (!names.has(name)) throw new Error(`migration ${name} was applied, but its file is gone`);
  }
  for (const { name, path, sha256 } of files) {
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
    `insert into ${CHECKSUMS_TABLE} (name, sha256) values ($1, $2) on conflict (name) do update set sha256 = $2`,
    [name, sha256],
  );
}

async function appliedChecksums(client: Client): Promise<Map<string, string | null>> {
  const table = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [
    MIGRATIONS_TABLE,
  ]);
  if (!table.rows[0]?.found) return new Map();
  const { rows } = await client.query<{ name: string; sha256: string | null }>(
    `select name, sha256 from ${MIGRATIONS_TABLE} left join ${CHECKSUMS_TABLE} using (name)`,
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}
