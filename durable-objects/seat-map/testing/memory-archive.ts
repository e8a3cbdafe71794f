import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { GENESIS, verifyPiece } from "../core/chain.ts";
import type { LedgerSegment, PlaceChange, PlaceChanges } from "../rpc.ts";

/** What an archive knows of a place. */
export type ArchivedPlace = Required<PlaceChange>;

/** The archive of one event in the plainest way. A call has its whole effect at once. */
export class MemoryArchive {
  readonly rows: LedgerRow[] = [];
  readonly places = new Map<string, ArchivedPlace>();
  /** The places are right up to here: as far as the rows, or behind while they are rebuilt. */
  projectedSeq = 0;
  layout: { planVersion: number; text: string } | null = null;

  get seq(): number {
    return this.rows.at(-1)?.lastSeq ?? GENESIS.seq;
  }

  get hash(): string {
    return this.rows.at(-1)?.hash ?? GENESIS.hash;
  }

  /** Keeps what is new. Throws where the rows are not a piece of a chain; false where they do not continue this one. */
  append({ rows, changes, layout }: LedgerSegment): boolean {
    verifyPiece(rows);
    const fresh = rows.filter(({ firstSeq }) => firstSeq > this.seq);
    if (fresh.length === 0) {
      const last = rows.at(-1)!;
      return this.rows.some(({ firstSeq, hash }) => firstSeq === last.firstSeq && hash === last.hash);
    }
    if (fresh[0]!.firstSeq !== this.seq + 1 || fresh[0]!.prevHash !== this.hash) return false;
    const isCurrent = this.projectedSeq === this.seq;
    this.rows.push(...structuredClone(fresh));
    if (layout && layout.planVersion >= (this.layout?.planVersion ?? 0)) this.layout = { ...layout };
    if (isCurrent) this.#move(this.seq, changes);
    return true;
  }

  /** Rows from the one that holds an entry on. */
  from(seq: number): LedgerRow[] {
    const first = this.rows.findIndex(({ lastSeq }) => lastSeq >= seq);
    return first < 0 ? [] : structuredClone(this.rows.slice(first));
  }

  clearPlaces(): void {
    this.places.clear();
    this.projectedSeq = 0;
  }

  project({ fromSeq, toSeq, changes }: { fromSeq: number; toSeq: number; changes: PlaceChanges }): void {
    if (this.projectedSeq === fromSeq && toSeq <= this.seq) this.#move(toSeq, changes);
  }

  #move(toSeq: number, { beginsAt, places }: PlaceChanges): void {
    for (const [id, { seq }] of this.places) if (seq < (beginsAt ?? 0)) this.places.delete(id);
    for (const change of places) {
      const before = this.places.get(change.placeId) ?? { hold: null, isBlocked: false };
      this.places.set(change.placeId, { ...before, ...structuredClone(change) });
    }
    this.projectedSeq = toSeq;
  }
}
