import type { Pool } from "pg";
import { HIDDEN, isSecret } from "./secrecy.ts";

const LIMIT_MS = 5_000;

/** Rows as texts by column, secrets hidden; null is SQL's NULL. */
export interface RowPage {
  columns: string[];
  rows: (string | null)[][];
  hasMore: boolean;
}

/** The services' relational databases, to be read only. */
export interface RelationalStores {
  services: string[];
  /** The tables of a service's database; how many rows each has is the server's own estimate. */
  tables(service: string): Promise<{ name: string; rows: number }[]>;
  /** Null for a table that is not there. A filter on an unknown column finds everything. */
  rows(
    service: string,
    table: string,
    page: { column: string; value: string; skip: number; limit: number },
  ): Promise<RowPage | null>;
  close(): Promise<void>;
}

const TABLES = `
  select c.relname as name, greatest(c.reltuples, 0)::bigint as rows from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;

const COLUMNS = `
  select a.attname as name, coalesce(i.indisprimary, false) as is_key
  from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey)
  where a.attrelid = (select oid from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = $1)
    and a.attnum > 0 and not a.attisdropped order by a.attnum`;

/** @param urls connection strings by service, as the role that owns the database; the session is read-only */
export function relationalStores(urls: Record<string, string>): RelationalStores {
  const pools = new Map<string, Pool>();
  /** The driver is read when it is first needed: until then it would only take memory. */
  async function poolOf(service: string): Promise<Pool> {
    let pool = pools.get(service);
    if (!pool) {
      const { Pool } = await import("pg");
      pool = new Pool({
        connectionString: urls[service]!,
        options: `-c default_transaction_read_only=on -c statement_timeout=${LIMIT_MS}`,
        connectionTimeoutMillis: LIMIT_MS,
        max: 2,
        // As Postgres writes them: a console shows what is there.
        types: { getTypeParser: () => (text: string) => text },
      });
      pool.on("error", () => {}); // A server that ends takes its idle sessions with it.
      pools.set(service, pool);
    }
    return pool;
  }
  return {
    services: Object.keys(urls),
    async tables(service) {
      const { rows } = await (await poolOf(service)).query<{ name: string; rows: string }>(TABLES);
      return rows.map((table) => ({ name: table.name, rows: Number(table.rows) }));
    },
    async rows(service, table, { column, value, skip, limit }) {
      const pool = await poolOf(service);
      const known = await pool.query<{ name: string; is_key: string }>(COLUMNS, [table]);
      if (known.rows.length === 0) return null;
      const columns = known.rows.map(({ name }) => name);
      const keys = known.rows.filter(({ is_key }) => is_key === "t").map(({ name }) => quoted(name));
      const isFiltered = columns.includes(column) && !isSecret(column) && value !== "";
      const { rows } = await pool.query<(string | null)[]>({
        text: `select * from public.${quoted(table)} ${isFiltered ? `where ${quoted(column)}::text = $3` : ""}
          order by ${keys.map((key) => `${key} desc`).join(", ") || "1 desc"} limit $1 offset $2`,
        values: [limit + 1, skip, ...(isFiltered ? [value] : [])],
        rowMode: "array",
      });
      const hide = (row: (string | null)[]) =>
        row.map((cell, n) => (cell !== null && isSecret(columns[n]!) ? HIDDEN : cell));
      return { columns, rows: rows.slice(0, limit).map(hide), hasMore: rows.length > limit };
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
