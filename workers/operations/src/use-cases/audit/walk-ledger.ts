import { foundTwice } from "../../core/audit/checks.ts";
import { ledgerBroken, ledgerDiffers, ledgerUnreadable } from "../../core/audit/ledger.ts";
import type { Finding } from "../../core/audit/page.ts";
import type { AuditDeps, Walk } from "./deps.ts";
import { rebuildLedger } from "./rebuild-ledger.ts";

/** An event's ledger, whole: its chain, and the map that it gives. */
export const walkLedger: Walk<"ledger"> = async (deps, _scope, { eventId }) => {
  const { findings: first, entries } = await check(deps, eventId);
  // The plan may have changed while its ledger was read.
  const findings = first.length > 0 ? foundTwice(first, (await check(deps, eventId)).findings) : [];
  return { findings, counted: { "ledger entries": entries }, next: { at: "projection", eventId } };
};

async function check(deps: AuditDeps, eventId: string): Promise<{ findings: Finding[]; entries: number }> {
  const live = await deps.inventory.seats(eventId);
  if (!live) return { findings: [], entries: 0 };
  const rebuilt = await rebuildLedger(deps, eventId, live.seq);
  if ("refused" in rebuilt) return { findings: [ledgerUnreadable(eventId, rebuilt.refused)], entries: 0 };
  const findings = [...ledgerBroken(eventId, rebuilt, live.seq), ...ledgerDiffers(eventId, rebuilt, live)];
  return { findings, entries: rebuilt.head.seq };
}
