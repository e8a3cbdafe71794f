import { type Rebuilt, rebuildMap } from "#durable-objects/seat-map/core/rebuild.ts";
import { foundTwice } from "../../core/audit/checks.ts";
import { ledgerBroken, ledgerDiffers, ledgerUnreadable } from "../../core/audit/ledger.ts";
import type { Finding } from "../../core/audit/page.ts";
import type { AuditDeps, Walk } from "./deps.ts";

/** The most rows that are asked for at once; inventory gives fewer where they are large. */
const ROWS = 1_000;

/** An event's ledger, whole: its chain, and the map that it gives. */
export const walkLedger: Walk<"ledger"> = async (deps, _scope, { eventId }) => {
  const first = await check(deps, eventId);
  // The plan may have changed while its ledger was read.
  const findings =
    first.findings.length > 0 ? foundTwice(first.findings, (await check(deps, eventId)).findings) : [];
  return {
    findings,
    counted: { "ledger entries": first.entries },
    next: { at: "events", afterId: eventId },
  };
};

async function check(deps: AuditDeps, eventId: string): Promise<{ findings: Finding[]; entries: number }> {
  const live = await deps.inventory.seats(eventId);
  if (!live) return { findings: [], entries: 0 };
  // A service that does not answer is no finding, where a ledger that makes no sense is one.
  let refused: unknown = null;
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      refused = error;
      throw error;
    }
  };
  const source = {
    layout: () => asked(deps.ledger.ledgerLayout(eventId)),
    page: (fromSeq: number) => asked(deps.ledger.ledgerPage(eventId, fromSeq, ROWS)),
  };
  let rebuilt: Rebuilt;
  try {
    rebuilt = await rebuildMap(source, live.seq);
  } catch (error) {
    if (refused !== null) throw refused;
    return { findings: [ledgerUnreadable(eventId, String(error))], entries: 0 };
  }
  const findings = [...ledgerBroken(eventId, rebuilt, live.seq), ...ledgerDiffers(eventId, rebuilt, live)];
  return { findings, entries: rebuilt.head.seq };
}
