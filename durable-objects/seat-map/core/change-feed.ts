import type { Entry } from "./entry.ts";

/** 16,384 locks of four seats: a minute of the busiest sale, in half a megabyte. */
const CHANGES_KEPT = 65_536;

/**
 * Which places have changed since an entry, for those who have the map as it was then. A ring over typed arrays: a lock
 * writes down its places, and makes nothing that must be collected. It holds nothing of what became of a place: that is
 * the map's to say, at the moment of the answer, which waits for its flush as every other one does.
 */
export class ChangeFeed {
  readonly #places: Uint32Array;
  /** Entries since the wake. */
  readonly #entries: Uint32Array;
  readonly #wokenAt: number;
  #noted = 0;
  #floorSeq: number;

  /** `seq` is the map's at its wake; what came before is not known. */
  constructor(seq: number, capacity = CHANGES_KEPT) {
    this.#wokenAt = seq;
    this.#floorSeq = seq;
    this.#places = new Uint32Array(capacity);
    this.#entries = new Uint32Array(capacity);
  }

  /** Takes the entries in their order. A plan that is opened begins anew: positions may mean other seats. */
  note(entry: Entry): void {
    switch (entry.kind) {
      case "OPENED":
        this.#noted = 0;
        this.#floorSeq = entry.seq;
        break;
      case "BLOCKED":
        this.#push(entry.seq, entry.blocked);
        this.#push(entry.seq, entry.unblocked);
        break;
      case "LOCKED":
      case "RESERVED":
      case "RELEASED":
      case "EXPIRED":
        this.#push(entry.seq, entry.places);
        break;
    }
  }

  /** Calls `found` with each place that an entry after `seq` has changed, once for each change; false where some are no longer known. */
  since(seq: number, found: (place: number) => void): boolean {
    if (seq < this.#floorSeq) return false;
    const after = seq - this.#wokenAt;
    const capacity = this.#places.length;
    for (let n = this.#noted - 1; n >= 0 && n >= this.#noted - capacity; n--) {
      const at = n % capacity;
      if (this.#entries[at]! <= after) break;
      found(this.#places[at]!);
    }
    return true;
  }

  #push(seq: number, places: readonly number[]): void {
    const capacity = this.#places.length;
    const entry = seq - this.#wokenAt;
    let noted = this.#noted;
    for (const place of places) {
      const at = noted % capacity;
      if (noted >= capacity) this.#floorSeq = this.#wokenAt + this.#entries[at]!;
      this.#places[at] = place;
      this.#entries[at] = entry;
      noted += 1;
    }
    this.#noted = noted;
  }
}
