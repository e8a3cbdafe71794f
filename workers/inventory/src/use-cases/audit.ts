import type { AuditedDecision } from "#durable-objects/seat-map/rpc.ts";
import { type DecisionFacts, type InventoryAudit, MAX_DECISIONS } from "#shared/rpc/audit/inventory.ts";
import type { AuditedSeatMaps } from "../repositories/audited-seat-maps.ts";
import type { InventoryDeps } from "./deps.ts";

/** The most events that are named at once. */
const MAX_EVENTS = 100;

/** What inventory tells an auditor of its SeatMaps. */
export function inventoryAudit(
  { seatMapOf }: Pick<InventoryDeps, "seatMapOf">,
  seatMaps: AuditedSeatMaps,
): InventoryAudit {
  /** Null where the event has none: to ask for it would make one. */
  const mapOf = async (eventId: string) => ((await seatMaps.has(eventId)) ? seatMapOf(eventId) : null);
  return {
    events: ({ afterId, limit }) => seatMaps.after(afterId, Math.min(limit, MAX_EVENTS)),
    async map(eventId) {
      const head = await (await mapOf(eventId))?.head();
      if (!head || head.planVersion === 0) return null;
      const { planVersion: _, ...facts } = head;
      return { eventId, ...facts };
    },
    async decisions({ eventId, from, limit }) {
      const decisions = await (await mapOf(eventId))?.decisions(from, Math.min(limit, MAX_DECISIONS));
      return (decisions ?? []).map(factsOf);
    },
    async seats(eventId) {
      const view = await (await mapOf(eventId))?.viewWithIds();
      if (!view) return null;
      const { seq, seatIds, packed, generalAdmission } = view;
      return { seq, seatIds, packed, generalAdmission };
    },
    async decisionsOf(eventId, bookingIds) {
      const decisions = await (await mapOf(eventId))?.decisionsOf(bookingIds.slice(0, MAX_DECISIONS));
      return (decisions ?? []).map(factsOf);
    },
    async poke(eventId) {
      await (await mapOf(eventId))?.poke();
    },
  };
}

function factsOf({ owner, status, seatIds, lockExpiresAt, position, held }: AuditedDecision): DecisionFacts {
  return { ownerId: owner.id, kind: owner.kind, status, seatIds, lockExpiresAt, position, held };
}
