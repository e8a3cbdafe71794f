import type { LedgerRow } from "#shared/rpc/inventory.ts";
import type { SeatMapStorage } from "./storage.ts";

/** Rows read at a time: with the largest rows there are, some 10 MB. */
const ROWS_PER_READ = 8;

/**
 * Rows from the one that holds entry `fromSeq` on, in order, none that ends after `toSeq`: until there are `limit` of
 * them, or `characters` of entries. `isFull` where the limits ended it.
 */
export function rowsWithin(
  storage: SeatMapStorage,
  {
    fromSeq,
    toSeq,
    limit,
    characters,
  }: { fromSeq: number; toSeq: number; limit: number; characters: number },
): { rows: LedgerRow[]; isFull: boolean } {
  const rows: LedgerRow[] = [];
  let size = 0;
  for (let next = fromSeq; ; ) {
    const read = storage.rows(next, ROWS_PER_READ);
    for (const row of read) {
      if (row.lastSeq > toSeq) return { rows, isFull: false };
      if (rows.length >= limit || size >= characters) return { rows, isFull: true };
      rows.push(row);
      size += row.entries.length;
    }
    if (read.length < ROWS_PER_READ) return { rows, isFull: false };
    next = read.at(-1)!.lastSeq + 1;
  }
}
