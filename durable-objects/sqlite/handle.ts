export type SqlValue = ArrayBuffer | Uint8Array | string | number | null;

/** The part of a Durable Object's storage that is used here; `ctx.storage` fits. */
export interface SqliteHandle {
  sql: { exec(query: string, ...bindings: SqlValue[]): { toArray(): Record<string, SqlValue>[] } };
  transactionSync<T>(work: () => T): T;
}
