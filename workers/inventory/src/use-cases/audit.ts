import type { AuditedDecision } from "#durable-objects/seat-map/rpc.ts";
import { type DecisionFacts, type InventoryAudit, MAX_DECISIONS } from "#shared/rpc/audit/inventory.ts";
import type { AuditedSeatMaps } from "../repositories/audited-seat-maps.ts";
import type { InventoryDeps } from "./deps.ts";

/** The most events that are named at once. */
const MAX_EVENTS = 100;

/** What inventory tells an auditor of its SeatMaps. An event that has none is never asked for one: that would make it. */
export function inventoryAudit(
  { seatMapOf }: Pick<InventoryDeps, "seatMapOf">,
  seatMaps: AuditedSeatMaps,
): InventoryAudit {
  return {
    events: ({ afterId, limit }) => seatMaps.after(afterId, Math.min(limit, MAX_EVENTS)),
    async map(eventId) {
      if (!(await seatMaps.has(eventId))) return null;
      const { planVersion, ...head } = await seatMapOf(eventId).head();
      return planVersion === 0 ? null : { eventId, ...head };
    },
    async decisions({ eventId, from, limit }) {
      return (await seatMapOf(eventId).decisions(from, Math.min(limit, MAX_DECISIONS))).map(factsOf);
    },
    async seats(eventId) {
      if (!(await seatMaps.has(eventId))) return null;
      const { seq, seatIds, packed, generalAdmission } = await seatMapOf(eventId).viewWithIds();
      return { seq, seatIds, packed, generalAdmission };
    },
    async decisionsOf(eventId, bookingIds) {
      if (!(await seatMaps.has(eventId))) return [];
      return (await seatMapOf(eventId).decisionsOf(bookingIds.slice(0, MAX_DECISIONS))).map(factsOf);
    },
    poke: (eventId) => seatMapOf(eventId).poke(),
  };
}

function factsOf({ owner, status, seatIds, lockExpiresAt, position, held }: AuditedDecision): DecisionFacts {
  return { ownerId: owner.id, kind: owner.kind, status, seatIds, lockExpiresAt, position, held };
}
