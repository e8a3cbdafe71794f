import { type Rebuilt, rebuildMap } from "#durable-objects/seat-map/core/rebuild.ts";
import { Problem, Unavailable } from "#shared/errors/problem.ts";
import { idPattern } from "#shared/ids/id.ts";
import type { LedgerRpc } from "#shared/rpc/inventory.ts";

/** How many rows one question of the ledger asks for; inventory has limits of its own. */
const ROWS_A_PAGE = 1_000;

/**
 * An event's map as it was right after entry `seq` of its ledger.
 * @throws Problem EVENT_NOT_FOUND where there is no ledger, Unavailable when inventory does not answer, and Error where
 *   the entries are none that a map can have made
 */
export async function seatsAt(ledger: LedgerRpc, eventId: string, seq: number): Promise<Rebuilt> {
  // A map is made by the first question for it: not for what is no event's id.
  if (!idPattern("evnt").test(eventId)) throw new Problem("EVENT_NOT_FOUND");
  const source = {
    layout: () => asked(ledger.ledgerLayout(eventId)),
    page: (fromSeq: number) => asked(ledger.ledgerPage(eventId, fromSeq, ROWS_A_PAGE)),
  };
  const rebuilt = await rebuildMap(source, seq);
  if (rebuilt.rows === 0 && rebuilt.broken === null) throw new Problem("EVENT_NOT_FOUND");
  return rebuilt;
}

async function asked<T>(answer: PromiseLike<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Unavailable("inventory", error);
  }
}
