import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { type Entry, encodeEntries } from "./entry.ts";
import { MAX_ROW_CHARACTERS } from "./limits.ts";
import { sha256 } from "./sha256.ts";

/** The last link of a chain: the seq it covers and its hash. */
export interface Head {
  seq: number;
  hash: string;
}

/** Where every chain starts. */
export const GENESIS: Head = { seq: 0, hash: "0".repeat(64) };

/** sha256 over the row before and all that this row says; the header is fixed, so nothing can shift. */
export function rowHash({
  prevHash,
  firstSeq,
  lastSeq,
  epoch,
  at,
  entries,
}: Omit<LedgerRow, "hash">): string {
  return sha256(`${prevHash}\n1:${firstSeq}:${lastSeq}:${epoch}:${at}\n${entries}`);
}

/** Entries as the rows that follow `head`; more than one only where they would not fit into one. */
export function chainRows(entries: readonly Entry[], epoch: number, head: Head): LedgerRow[] {
  const rows: LedgerRow[] = [];
  let prevHash = head.hash;
  for (const { first, last, text } of fitted(entries)) {
    const row = { firstSeq: first.seq, lastSeq: last.seq, epoch, at: last.at, entries: text, prevHash };
    prevHash = rowHash(row);
    rows.push({ ...row, hash: prevHash });
  }
  return rows;
}

/** Entries as texts that each fit into a row: halved until they do. */
function fitted(entries: readonly Entry[]): { first: Entry; last: Entry; text: string }[] {
  const [first] = entries;
  if (!first) return [];
  const text = encodeEntries(entries);
  if (text.length <= MAX_ROW_CHARACTERS || entries.length === 1)
    return [{ first, last: entries.at(-1)!, text }];
  const half = entries.length >> 1;
  return [...fitted(entries.slice(0, half)), ...fitted(entries.slice(half))];
}

/** Throws where `row` is not the one that follows `head`, or is not what was written. */
export function verifyRow(row: LedgerRow, head: Head): void {
  if (row.firstSeq !== head.seq + 1 || row.prevHash !== head.hash || rowHash(row) !== row.hash) {
    throw new BrokenChain(row.firstSeq, head.seq);
  }
}

/** Throws where rows, at least one, do not follow one another, wherever in a chain they belong. */
export function verifyPiece(rows: readonly LedgerRow[]): void {
  let head: Head = { seq: rows[0]!.firstSeq - 1, hash: rows[0]!.prevHash };
  for (const row of rows) {
    verifyRow(row, head);
    head = { seq: row.lastSeq, hash: row.hash };
  }
}

/** The log is not what this map wrote. It must not serve: its seats may be sold already. */
export class BrokenChain extends Error {
  constructor(firstSeq: number, afterSeq: number) {
    super(`the seat log is broken: the row at ${firstSeq} does not follow entry ${afterSeq}`);
    this.name = "BrokenChain";
  }
}
