import type { LedgerPage, LedgerRow } from "#shared/rpc/inventory.ts";
import type { Owner } from "../rpc.ts";
import { BrokenChain, GENESIS, type Head, verifyRow } from "./chain.ts";
import { decodeEntries, type Entry } from "./entry.ts";
import { decodePlan } from "./layout.ts";
import { NO_HOLDER } from "./place-table.ts";
import { planDigest } from "./plan.ts";
import { SeatMapState } from "./state.ts";

/** In the order of the states in the table of places. */
const STATUSES = ["AVAILABLE", "LOCKED", "RESERVED", "BLOCKED"] as const;

export interface PlaceAt {
  id: string;
  status: (typeof STATUSES)[number];
  owner: Owner | null;
}

/** A map as it was right after entry `seq`: what a buyer saw then. */
export interface MapAt {
  seq: number;
  /** Of that entry; 0 before the first one. */
  epoch: number;
  at: number;
  planVersion: number;
  closed: boolean;
  /** Null where the plan of then was replaced before anything was decided: such a plan is not kept. */
  places: PlaceAt[] | null;
}

export interface Rebuilt {
  /** Null where the chain breaks before the entry that was asked for. */
  map: MapAt | null;
  /** The last entry that the chain vouches for. */
  head: Head;
  rows: number;
  /** The first link that does not hold: the row at `firstSeq` does not follow entry `afterSeq`. Null where all do. */
  broken: { firstSeq: number; afterSeq: number } | null;
}

/** Where a ledger is read from, page by page; see `LedgerRpc`. */
export interface LedgerSource {
  layout(): Promise<string | null>;
  page(fromSeq: number): Promise<LedgerPage>;
}

/**
 * Reads a whole ledger, checks every link from the genesis on, and gives the map as it was right after entry `seq`; at
 * the end of the ledger, where there is no such entry yet. Throws where the entries are not ones that a map can have
 * made, or where the layout is not theirs.
 */
export async function rebuildMap(source: LedgerSource, seq: number): Promise<Rebuilt> {
  const rebuild = new Rebuild(await source.layout(), seq);
  for (let from: number | null = 1; from !== null; ) {
    const page: LedgerPage = await source.page(from);
    if (!rebuild.takeAll(page.rows)) break;
    from = page.nextSeq;
  }
  return rebuild.result();
}

/** As `rebuildMap`, from rows that are at hand. */
export function rebuildFrom(layout: string | null, rows: readonly LedgerRow[], seq: number): Rebuilt {
  const rebuild = new Rebuild(layout, seq);
  rebuild.takeAll(rows);
  return rebuild.result();
}

/** The fold over the rows. What comes after entry `until` is only checked. */
class Rebuild {
  readonly #until: number;
  readonly #state = new SeatMapState();
  #map: MapAt = { seq: 0, epoch: 0, at: 0, planVersion: 0, closed: false, places: [] };
  /** What the last plan up to `until` opened. */
  #opened = { places: 0, planVersion: 0 };
  /** The entry from which on positions mean what they mean in the layout. */
  #layoutSeq = 0;
  #isDecided = false;
  #digest = "";
  #head: Head = GENESIS;
  #rows = 0;
  #broken: Rebuilt["broken"] = null;

  constructor(layout: string | null, until: number) {
    this.#state.opened = layout === null ? undefined : decodePlan(layout);
    this.#until = until;
  }

  /** False once the chain is broken: nothing after that can be believed. */
  takeAll(rows: readonly LedgerRow[]): boolean {
    return rows.every((row) => this.#take(row));
  }

  #take(row: LedgerRow): boolean {
    try {
      verifyRow(row, this.#head);
    } catch (error) {
      if (!(error instanceof BrokenChain)) throw error;
      this.#broken = { firstSeq: row.firstSeq, afterSeq: this.#head.seq };
      return false;
    }
    const entries = decodeEntries(row.entries, row.firstSeq);
    if (entries.at(-1)?.seq !== row.lastSeq)
      throw new Error(`the row at ${row.firstSeq} does not end at ${row.lastSeq}`);
    for (const entry of entries) this.#read(entry, row.epoch);
    this.#head = { seq: row.lastSeq, hash: row.hash };
    this.#rows += 1;
    return true;
  }

  result(): Rebuilt {
    const { opened } = this.#state;
    const isWhole = this.#broken === null;
    if (isWhole && opened && planDigest(opened.plan) !== this.#digest) {
      throw new Error("the layout is not the one that the ledger opened last");
    }
    const isReached = isWhole || this.#head.seq >= this.#until;
    const map = isReached ? { ...this.#map, places: this.#places() } : null;
    return { map, head: this.#head, rows: this.#rows, broken: this.#broken };
  }

  #read(entry: Entry, epoch: number): void {
    const isAsked = entry.seq <= this.#until;
    if (entry.kind === "OPENED") this.#open(entry, isAsked);
    else if ("ownerId" in entry) this.#isDecided = true;
    if (!isAsked) return;
    this.#state.evolve(entry, epoch);
    const { planVersion, closed } = this.#state;
    this.#map = { seq: entry.seq, epoch, at: entry.at, planVersion, closed, places: null };
  }

  #open(entry: Extract<Entry, { kind: "OPENED" }>, isAsked: boolean): void {
    const { plan } = this.#state.opened ?? {};
    if (!plan || entry.planVersion > plan.planVersion)
      throw new Error("the plan has changed since the layout was read");
    // Until there are decisions, another plan begins anew; after that it only gains places.
    if (!this.#isDecided && entry.digest !== this.#digest) this.#layoutSeq = entry.seq;
    this.#digest = entry.digest;
    const { places, planVersion } = entry;
    if (isAsked) this.#opened = { places, planVersion };
  }

  #places(): PlaceAt[] | null {
    const { opened, decisions } = this.#state;
    if (!opened || this.#opened.planVersion === 0) return [];
    if (this.#map.seq < this.#layoutSeq) return null;
    const { index, places } = opened;
    return Array.from({ length: this.#opened.places }, (_, place) => {
      const holder = places.holder[place]!;
      const decision = holder === NO_HOLDER ? undefined : decisions.at(holder);
      const owner = decision ? { kind: decision.kind, id: decision.id, userId: decision.userId } : null;
      return { id: index.id(place), status: STATUSES[places.state[place]!]!, owner };
    });
  }
}
