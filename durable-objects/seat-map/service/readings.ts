import type { LedgerRow } from "#shared/rpc/inventory.ts";
import { encodeChanges, encodeWhole } from "../core/changes.ts";
import type { Decision } from "../core/decision.ts";
import { auditedDecision, decisionView } from "../core/decision-view.ts";
import { encodePlan } from "../core/layout.ts";
import { packSeats } from "../core/packed.ts";
import type { SeatMap } from "../core/seat-map.ts";
import type {
  AuditedDecision,
  DecisionView,
  SeatChanges,
  SeatMapHead,
  SeatMapView,
  WholeMap,
} from "../rpc.ts";
import { rowsWithin } from "../storage/rows-within.ts";
import type { SeatMapStorage } from "../storage/storage.ts";

/** With the row that reaches it, and two bytes a character, below the 32 MB an RPC may carry. */
const LEDGER_CHARACTERS = 8_000_000;
const MAX_LEDGER_ROWS = 1_000;

/** With ten places of 128 characters each, below 1 MB. */
const MAX_DECISIONS_A_PAGE = 500;

export interface ReadingsDeps {
  map: SeatMap;
  storage: SeatMapStorage;
  now(): number;
  /** Resolves once the entries up to `seq` are on disk. */
  covers(seq: number): Promise<void>;
  /** The last entry that is on disk. */
  durableSeq(): number;
  /** How far the saga and the archive have come. */
  cursors(): { publishedSeq: number; archivedSeq: number };
}

/**
 * What others read of a map. Memory is ahead of the disk, so each reading waits for the flush that covers the last entry
 * it has seen.
 */
export class Readings {
  readonly #deps: ReadingsDeps;
  readonly #map: SeatMap;

  constructor(deps: ReadingsDeps) {
    this.#deps = deps;
    this.#map = deps.map;
  }

  async isClosed(): Promise<boolean> {
    const { closed, seq } = this.#map.state;
    await this.#deps.covers(seq);
    return closed;
  }

  async view(): Promise<SeatMapView> {
    const { opened, seq, planVersion, closed } = this.#map.state;
    const view = {
      epoch: this.#map.epoch,
      seq,
      planVersion,
      packed: opened ? packSeats(opened) : new Uint8Array(),
      generalAdmission: (opened?.index.areas ?? []).map(({ name, capacity, position }) => {
        return { name, capacity, available: opened!.places.freeIn(position) };
      }),
      closed,
    };
    await this.#deps.covers(seq);
    return view;
  }

  async viewWithIds(): Promise<SeatMapView & { seatIds: string[] }> {
    const seatIds = this.#map.state.opened?.plan.seatIds ?? [];
    // Both of one moment: nothing runs between this line and the view's own reading of the state.
    return { ...(await this.view()), seatIds };
  }

  /** Every seat's state; null before the map is opened. */
  async whole(): Promise<WholeMap | null> {
    const { seq } = this.#map.state;
    const bytes = encodeWhole(this.#map);
    await this.#deps.covers(seq);
    return bytes && { seq, bytes };
  }

  async changes(epoch: number, sinceSeq: number): Promise<SeatChanges | null> {
    const { seq: toSeq, planVersion } = this.#map.state;
    const delta = epoch === this.#map.epoch ? encodeChanges(this.#map, sinceSeq) : null;
    await this.#deps.covers(toSeq);
    return delta && { epoch, fromSeq: sinceSeq, toSeq, planVersion, delta };
  }

  async decision(ownerId: string): Promise<DecisionView | null> {
    const { opened, seq } = this.#map.state;
    const decision = this.#map.state.decision(ownerId);
    const view = decision && decisionView(decision, opened!);
    await this.#deps.covers(seq);
    return view ?? null;
  }

  async decisions(from: number, limit: number): Promise<AuditedDecision[]> {
    const { decisions } = this.#map.state;
    return this.#audited(decisions.slice(from, from + Math.min(limit, MAX_DECISIONS_A_PAGE)));
  }

  async decisionsOf(ownerIds: string[]): Promise<AuditedDecision[]> {
    const asked = ownerIds.slice(0, MAX_DECISIONS_A_PAGE);
    return this.#audited(
      asked.map((id) => this.#map.state.decision(id)).filter((found) => found !== undefined),
    );
  }

  async #audited(decisions: Decision[]): Promise<AuditedDecision[]> {
    const { opened, seq } = this.#map.state;
    const audited = decisions.map((decision) => auditedDecision(decision, opened!));
    await this.#deps.covers(seq);
    return audited;
  }

  async layout(): Promise<string | null> {
    const { opened, seq } = this.#map.state;
    const layout = opened ? encodePlan(opened) : null;
    await this.#deps.covers(seq);
    return layout;
  }

  async head(): Promise<SeatMapHead> {
    const { storage, covers, cursors, now } = this.#deps;
    await covers(this.#map.state.seq);
    const { planVersion, decisions, closed, seq } = this.#map.state;
    const standing = { planVersion, decisions: decisions.length, closed, now: now() };
    const { epoch } = this.#map;
    const head = { epoch, ...storage.head(), ...cursors(), ...standing };
    await covers(seq);
    return head;
  }

  async ledger(fromSeq: number, limit: number): Promise<LedgerRow[]> {
    const { storage, covers, durableSeq } = this.#deps;
    await covers(this.#map.state.seq);
    const within = { limit: Math.min(limit, MAX_LEDGER_ROWS), characters: LEDGER_CHARACTERS };
    return rowsWithin(storage, { fromSeq, toSeq: durableSeq(), ...within }).rows;
  }
}
