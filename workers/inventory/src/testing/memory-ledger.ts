import { GENESIS } from "#durable-objects/seat-map/core/chain.ts";
import { type ArchivedPlace, MemoryArchive } from "#durable-objects/seat-map/testing/memory-archive.ts";
import type { LedgerRow, ProjectedPlace } from "#shared/rpc/inventory.ts";
import { type Ledger, LedgerFork } from "../repositories/ledger.ts";

/**
 * {@link Ledger} in memory, over a state that outlives who uses it. A call has its whole effect at once, before it
 * gives back its promise.
 */
export interface MemoryLedger extends Ledger {
  /** By the event's id: to look at. */
  readonly archives: ReadonlyMap<string, MemoryArchive>;
}

export function memoryLedger(): MemoryLedger {
  const archives = new Map<string, MemoryArchive>();
  return {
    archives,

    async append(segment) {
      const { eventId, rows } = segment;
      const archive = archives.get(eventId) ?? new MemoryArchive();
      const fork = (detail: string) =>
        new LedgerFork(eventId, rows[0]!.firstSeq, rows.at(-1)!.lastSeq, detail);
      let isKept: boolean;
      try {
        isKept = archive.append(segment);
      } catch (error) {
        throw fork(String(error));
      }
      if (!isKept) throw fork(`it is at entry ${archive.seq}`);
      archives.set(eventId, archive);
    },

    async head(eventId) {
      const { seq, hash, projectedSeq } = archives.get(eventId) ?? { ...GENESIS, projectedSeq: 0 };
      return { seq, hash, projectedSeq };
    },

    async rows(eventId, fromSeq, { limit, characters }) {
      const rows: LedgerRow[] = [];
      let size = 0;
      for (const row of archives.get(eventId)?.from(fromSeq) ?? []) {
        if (rows.length >= limit || size >= characters) break;
        rows.push(row);
        size += row.entries.length;
      }
      return rows;
    },

    async layout(eventId) {
      return archives.get(eventId)?.layout?.text ?? null;
    },

    async places(eventId, { placeId, limit }) {
      const archive = archives.get(eventId);
      const later = [...(archive?.places.values() ?? [])].filter((place) => place.placeId > placeId);
      later.sort((a, b) => (a.placeId < b.placeId ? -1 : 1));
      return { projectedSeq: archive?.projectedSeq ?? 0, places: later.slice(0, limit).map(projected) };
    },

    async clearPlaces(eventId) {
      archives.get(eventId)?.clearPlaces();
    },

    async project(eventId, moved) {
      archives.get(eventId)?.project(moved);
    },
  };
}

function projected({ placeId, seq, hold, isBlocked }: ArchivedPlace): ProjectedPlace {
  const status = hold?.status ?? (isBlocked ? "BLOCKED" : "AVAILABLE");
  return { placeId, status, owner: hold && structuredClone(hold.owner), seq };
}
