import { createHash } from "node:crypto";
import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { type Entry, encodeEntry } from "./entry.ts";
import { MAX_ROW_CHARACTERS } from "./limits.ts";

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
  return createHash("sha256")
    .update(`${prevHash}\n1:${firstSeq}:${lastSeq}:${epoch}:${at}\n`)
    .update(entries)
    .digest("hex");
}

/** Entries as the rows that follow `head`; more than one only where they would not fit into one. */
export function chainRows(entries: readonly Entry[], epoch: number, head: Head): LedgerRow[] {
  const rows: LedgerRow[] = [];
  let prevHash = head.hash;
  let first = 0;
  while (first < entries.length) {
    const encoded: string[] = [];
    let characters = 0;
    while (first + encoded.length < entries.length && characters < MAX_ROW_CHARACTERS) {
      const next = encodeEntry(entries[first + encoded.length]!);
      encoded.push(next);
      characters += next.length;
    }
    const last = entries[first + encoded.length - 1]!;
    const row = {
      firstSeq: entries[first]!.seq,
      lastSeq: last.seq,
      epoch,
      at: last.at,
      entries: `[${encoded.join(",")}]`,
      prevHash,
    };
    const hash = rowHash(row);
    rows.push({ ...row, hash });
    prevHash = hash;
    first += encoded.length;
  }
  return rows;
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
