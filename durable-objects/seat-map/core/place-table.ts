import type { PlaceIndex } from "./place-index.ts";

export const AVAILABLE = 0;
export const LOCKED = 1;
export const RESERVED = 2;
export const BLOCKED = 3;

export const NO_HOLDER = 0xffff_ffff;

/**
 * The hot state of every place: what it is, and which decision holds it.
 * Every change names its decision and asserts what it changes: a wrong entry stops here, not in a sold seat.
 */
export class PlaceTable {
  readonly state: Uint8Array;
  readonly holder: Uint32Array;
  /** 1 where a seat is not for sale. One that is held then is blocked once it is freed. */
  readonly #isBlocked: Uint8Array;
  readonly #index: PlaceIndex;
  readonly #freeInArea: number[];
  /** No place of the area below it is free; offsets from the area's base. */
  readonly #lowestFree: number[];

  constructor(index: PlaceIndex) {
    this.#index = index;
    this.state = new Uint8Array(index.size);
    this.#isBlocked = new Uint8Array(index.size);
    this.holder = new Uint32Array(index.size).fill(NO_HOLDER);
    this.#freeInArea = index.areas.map((area) => area.capacity);
    this.#lowestFree = index.areas.map(() => 0);
  }

  /** Takes everything over from the table of an earlier plan, whose places are the first of this one's. */
  takeOver(earlier: PlaceTable): void {
    this.state.set(earlier.state);
    this.holder.set(earlier.holder);
    this.#isBlocked.set(earlier.#isBlocked);
    for (const [position, free] of earlier.#freeInArea.entries()) this.#freeInArea[position] = free;
    for (const [position, lowest] of earlier.#lowestFree.entries()) this.#lowestFree[position] = lowest;
  }

  /** Takes a seat off sale, or puts it on sale again. */
  setBlocked(place: number, isBlocked: boolean): void {
    this.#isBlocked[place] = isBlocked ? 1 : 0;
    if (this.holder[place] === NO_HOLDER) this.state[place] = this.#unheld(place);
  }

  isBlocked(place: number): boolean {
    return this.#isBlocked[place] === 1;
  }

  /** The places that are not for sale, in order. */
  blockedPlaces(): number[] {
    const found: number[] = [];
    for (let at = this.#isBlocked.indexOf(1); at >= 0; at = this.#isBlocked.indexOf(1, at + 1))
      found.push(at);
    return found;
  }

  #unheld(place: number): number {
    return this.isBlocked(place) ? BLOCKED : AVAILABLE;
  }

  lock(place: number, decision: number): void {
    this.#assert(place, AVAILABLE, NO_HOLDER);
    this.state[place] = LOCKED;
    this.holder[place] = decision;
    const area = this.#index.areaAt(place);
    if (area) this.#freeInArea[area.position]! -= 1;
  }

  reserve(place: number, decision: number): void {
    this.#assert(place, LOCKED, decision);
    this.state[place] = RESERVED;
  }

  free(place: number, decision: number): void {
    this.#assert(place, this.state[place] === RESERVED ? RESERVED : LOCKED, decision);
    this.state[place] = this.#unheld(place);
    this.holder[place] = NO_HOLDER;
    const area = this.#index.areaAt(place);
    if (!area) return;
    this.#freeInArea[area.position]! += 1;
    this.#lowestFree[area.position] = Math.min(this.#lowestFree[area.position]!, place - area.base);
  }

  heldBy(places: readonly number[], decision: number): boolean {
    return places.every((place) => this.holder[place] === decision);
  }

  freeIn(areaPosition: number): number {
    return this.#freeInArea[areaPosition]!;
  }

  /** The `quantity` lowest free places of an area that has that many. Takes none of them. */
  lowestFree(areaPosition: number, quantity: number): number[] {
    const { base, capacity } = this.#index.areas[areaPosition]!;
    // A native search over bytes: microseconds for the largest area, even when the free places are far apart.
    const states = this.state.subarray(base, base + capacity);
    const found: number[] = [];
    let from = this.#lowestFree[areaPosition]!;
    while (found.length < quantity) {
      const offset = states.indexOf(AVAILABLE, from);
      if (offset < 0) throw new RangeError(`area ${areaPosition} has only ${found.length} free places`);
      if (found.length === 0) this.#lowestFree[areaPosition] = offset;
      found.push(base + offset);
      from = offset + 1;
    }
    return found;
  }

  #assert(place: number, state: number, holder: number): void {
    if (this.state[place] === state && this.holder[place] === holder) return;
    throw new Error(
      `place ${place} is in state ${this.state[place]} of decision ${this.holder[place]}, ` +
        `not in state ${state} of decision ${holder}`,
    );
  }
}
