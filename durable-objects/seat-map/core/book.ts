import { ChangeFeed } from "./change-feed.ts";
import type { Decision } from "./decision.ts";
import type { Entry, EntryBody } from "./entry.ts";
import type { SeatMapState } from "./state.ts";

/** Writes down what was judged: the state changes by it at once, and the log takes it with the next flush. */
export class Book {
  readonly state: SeatMapState;
  /** Which places the entries of this epoch have changed. */
  readonly changes: ChangeFeed;
  readonly #epoch: number;
  readonly #freed: (places: readonly number[]) => void;
  #unwritten: Entry[] = [];

  /** `freed` hears of places that somebody else may have now. */
  constructor(state: SeatMapState, epoch: number, freed: (places: readonly number[]) => void) {
    this.state = state;
    this.changes = new ChangeFeed(state.seq);
    this.#epoch = epoch;
    this.#freed = freed;
  }

  /** The entries since the last call, in order. */
  take(): Entry[] {
    const entries = this.#unwritten;
    this.#unwritten = [];
    return entries;
  }

  /** The decision that the entry belongs to, if it does to one. */
  record(body: EntryBody, at: number): Decision | undefined {
    const entry: Entry = { ...body, seq: this.state.seq + 1, at };
    const decision = this.state.evolve(entry, this.#epoch);
    this.changes.note(entry);
    if (entry.kind === "BLOCKED") this.#freed(entry.unblocked);
    else if (entry.kind === "RELEASED" || entry.kind === "EXPIRED") this.#freed(entry.places);
    this.#unwritten.push(entry);
    return decision;
  }

  /** Ends a lock that has run out. */
  expire({ kind: ownerKind, id: ownerId, userId, places }: Decision, at: number): void {
    this.record({ kind: "EXPIRED", ownerKind, ownerId, userId, places }, at);
  }

  /** Ends a lock or a reservation that is there. */
  release({ kind: ownerKind, id: ownerId, userId, places }: Decision, reason: string, at: number): void {
    this.record({ kind: "RELEASED", ownerKind, ownerId, userId, places, cause: "RELEASED", reason }, at);
  }
}
