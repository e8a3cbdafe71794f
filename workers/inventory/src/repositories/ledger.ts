import type { LedgerSegment, PlaceChanges } from "#durable-objects/seat-map/rpc.ts";
import type { LedgerHead, LedgerRow, ProjectedPlace } from "#shared/rpc/inventory.ts";

/** The logs of all SeatMaps, and who has which place by them. Every method throws Unavailable when Postgres does not answer. */
export interface Ledger {
  /**
   * Keeps rows, and moves the places along with them, all or nothing. Rows that are kept already are passed over.
   * @throws LedgerFork where the rows do not continue what is kept, or are not what they say
   */
  append(segment: LedgerSegment): Promise<void>;
  head(eventId: string): Promise<LedgerHead>;
  /** Rows from the one that holds `fromSeq` on, in order: `limit` at most, and not many more characters than that. */
  rows(eventId: string, fromSeq: number, limits: { limit: number; characters: number }): Promise<LedgerRow[]>;
  /** The plan in which the rows are read, for `decodePlan`. */
  layout(eventId: string): Promise<string | null>;
  /** Places after an id, in the order of their ids, and the entry up to which all of them are right. */
  places(
    eventId: string,
    after: { placeId: string; limit: number },
  ): Promise<{ projectedSeq: number; places: ProjectedPlace[] }>;
  /** Forgets the places. They follow the rows again once `project` has come to the end of these. */
  clearPlaces(eventId: string): Promise<void>;
  /** Moves the places from entry `fromSeq` to entry `toSeq`; does nothing where they are not at `fromSeq`. */
  project(eventId: string, moved: { fromSeq: number; toSeq: number; changes: PlaceChanges }): Promise<void>;
}

/** The rows belong to another history of the event than the one that is kept: a person must look. */
export class LedgerFork extends Error {
  constructor(eventId: string, firstSeq: number, lastSeq: number, detail: string) {
    super(`entries ${firstSeq} to ${lastSeq} of ${eventId} do not continue its ledger: ${detail}`);
    this.name = "LedgerFork";
  }
}
