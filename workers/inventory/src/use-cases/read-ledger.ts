import type { LedgerPage } from "#shared/rpc/inventory.ts";
import type { InventoryDeps } from "./deps.ts";

/** Rows of an event's ledger from the one that holds entry `fromSeq` on; see `LedgerRpc`. */
export async function readLedger(
  deps: InventoryDeps,
  eventId: string,
  fromSeq: number,
  limit: number,
): Promise<LedgerPage> {
  const rows = await deps.seatMapOf(eventId).ledger(fromSeq, limit);
  return { rows, nextSeq: rows.length > 0 ? rows.at(-1)!.lastSeq + 1 : null };
}
