import type { ProjectedPlace } from "#shared/rpc/inventory.ts";
import { foundTwice } from "../../core/audit/checks.ts";
import type { Finding } from "../../core/audit/page.ts";
import { projectionBehind, projectionDiffers } from "../../core/audit/projection.ts";
import type { AuditDeps, Walk } from "./deps.ts";
import { rebuildLedger } from "./rebuild-ledger.ts";

/** Places that are asked for at once. */
const PLACES = 20_000;

/** An event's places as inventory's database has them, held against its ledger. */
export const walkProjection: Walk<"projection"> = async (deps, { startedAt }, { eventId }) => {
  const first = await checkProjection(deps, eventId, startedAt);
  const again = first.findings.length > 0 ? (await checkProjection(deps, eventId, startedAt)).findings : [];
  const findings = foundTwice(first.findings, again);
  return {
    findings,
    counted: { "projected places": first.places },
    next: { at: "events", afterId: eventId },
  };
};

/** @param now epoch ms: what is younger may be under way */
export async function checkProjection(
  deps: AuditDeps,
  eventId: string,
  now: number,
): Promise<{ findings: Finding[]; places: number }> {
  const { ledger } = deps;
  const head = await ledger.ledgerHead(eventId);
  const [next = null] = (await ledger.ledgerPage(eventId, head.projectedSeq + 1, 1)).rows;
  const findings = projectionBehind(eventId, head, next, now);
  if (head.projectedSeq === 0) return { findings, places: 0 };
  const places = await allPlaces(deps, eventId);
  const rebuilt = await rebuildLedger(deps, eventId, head.projectedSeq);
  // A ledger that cannot be read is a finding of its own.
  if ("refused" in rebuilt) return { findings, places: places.length };
  findings.push(...projectionDiffers(eventId, rebuilt, head.projectedSeq, places));
  return { findings, places: places.length };
}

async function allPlaces({ ledger }: AuditDeps, eventId: string): Promise<ProjectedPlace[]> {
  const places: ProjectedPlace[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const page = await ledger.placesPage(eventId, after, PLACES);
    places.push(...page.places);
    after = page.nextPlaceId;
  }
  return places;
}
