import { type Rebuilt, rebuildMap } from "#durable-objects/seat-map/core/rebuild.ts";
import type { AuditDeps } from "./deps.ts";

/** The most rows that are asked for at once; inventory gives fewer where they are large. */
const ROWS = 1_000;

/**
 * The map that an event's whole ledger gives at an entry, with what its chain is worth.
 * @returns why, where the ledger is none that a map can have written
 * @throws what a service that does not answer throws: that says nothing of the ledger
 */
export async function rebuildLedger(
  { ledger }: Pick<AuditDeps, "ledger">,
  eventId: string,
  seq: number,
): Promise<Rebuilt | { refused: string }> {
  let outage: unknown = null;
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      outage = error;
      throw error;
    }
  };
  const source = {
    layout: () => asked(ledger.ledgerLayout(eventId)),
    page: (fromSeq: number) => asked(ledger.ledgerPage(eventId, fromSeq, ROWS)),
  };
  try {
    return await rebuildMap(source, seq);
  } catch (error) {
    if (outage !== null) throw outage;
    return { refused: String(error) };
  }
}
