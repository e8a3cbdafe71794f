import type { LedgerRow } from "#shared/rpc/inventory.ts";
import type { Owner, PlaceChange, PlaceChanges } from "../rpc.ts";
import { type DecisionEntry, decodeEntries, type Entry } from "./entry.ts";
import type { PlaceIndex } from "./place-index.ts";

/** What rows say of places, as the last of them leaves it. */
export interface Reading {
  changes: PlaceChanges;
  /** The plan that was opened last, if any was. */
  openedVersion: number | null;
  /** Whether a decision has come, in these rows or before them. */
  isDecided: boolean;
}

/**
 * Reads rows that follow one another. `isDecided` tells whether a decision came before them: until one has, a plan that
 * is opened begins anew, and positions in what came before it mean nothing.
 */
export function readChanges(rows: readonly LedgerRow[], index: PlaceIndex, isDecided: boolean): Reading {
  const changes = new Map<number, PlaceChange>();
  const reading = { beginsAt: null as number | null, openedVersion: null as number | null, isDecided };
  const change = (place: number, part: Partial<PlaceChange> & { seq: number }) => {
    // A plan that was replaced since may have been larger.
    if (place >= index.size) return;
    changes.set(place, { ...(changes.get(place) ?? { placeId: index.id(place) }), ...part });
  };
  const read = (entry: Entry) => {
    const { seq } = entry;
    if (entry.kind === "OPENED") {
      reading.openedVersion = entry.planVersion;
      if (reading.isDecided) return;
      changes.clear();
      reading.beginsAt = seq;
    } else if (entry.kind === "BLOCKED") {
      for (const place of entry.blocked) change(place, { seq, isBlocked: true });
      for (const place of entry.unblocked) change(place, { seq, isBlocked: false });
    } else if ("ownerId" in entry) {
      reading.isDecided = true;
      const hold = holdBy(entry);
      if (hold !== undefined) for (const place of entry.places) change(place, { seq, hold });
    }
  };
  for (const { entries, firstSeq } of rows) decodeEntries(entries, firstSeq).forEach(read);
  const { beginsAt, openedVersion } = reading;
  const places = [...changes.values()];
  return { changes: { beginsAt, places }, openedVersion, isDecided: reading.isDecided };
}

/** What an entry makes of the hold on its places; undefined where it leaves that as it is. */
function holdBy(entry: DecisionEntry): PlaceChange["hold"] {
  const owner: Owner = { kind: entry.ownerKind, id: entry.ownerId, userId: entry.userId };
  switch (entry.kind) {
    case "LOCKED":
    case "RESERVED":
      return { status: entry.kind, owner };
    case "RELEASED":
    case "EXPIRED":
      return null;
    default:
      return undefined;
  }
}
