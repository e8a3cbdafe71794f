import type { BestAvailable, SeatGeometry } from "../rpc.ts";
import type { Opened } from "./layout.ts";
import { AVAILABLE } from "./place-table.ts";

/** Seats that lie side by side, as positions in the plan's list; `end` is the one after the last. */
interface Run {
  number: number;
  start: number;
  end: number;
}

/** A run in which a category has seats, and how near its nearest one is. */
interface RunOfCategory extends Run {
  nearest: number;
}

/** Seats of one run that could be given. Less is better: first of `singles`, then of `distance`, then of `start`. */
interface Block {
  start: number;
  size: number;
  /** Free seats without a free neighbour that are left beside it. */
  singles: number;
  distance: number;
}

const WHEELCHAIR = 1;

/** More than any run has. */
const UNKNOWN = 0xffff_ffff;

/**
 * Finds the best free seats of a plan: side by side, leaving no single seat behind where that can be, as near the focal
 * point of their category as can be. Seats for wheelchairs and those beside them are given to who asks for them alone.
 * Everything is in flat arrays; the runs of each category are in the order of their nearest seat, so that a search ends
 * as soon as no run can be nearer.
 */
export class SeatFinder {
  /** What it was made for. */
  readonly opened: Opened;
  readonly #geometry: SeatGeometry;
  readonly #runs: RunOfCategory[][] = [];
  /** The run of each place; of no meaning for places of areas. */
  readonly #runAt: Uint32Array;
  /**
   * No more free seats than this are side by side in a run, by the last look at it. Locks only make it less, so that a
   * run that is too full is passed over until a seat of it is freed.
   */
  readonly #longest: Uint32Array;

  constructor(opened: Opened, geometry: SeatGeometry) {
    this.opened = opened;
    this.#geometry = geometry;
    this.#runAt = new Uint32Array(opened.index.size);
    const runs = [...runsOf(geometry)];
    for (const run of runs) this.#file(run);
    this.#longest = new Uint32Array(runs.length).fill(UNKNOWN);
    for (const runs of this.#runs) runs?.sort((a, b) => a.nearest - b.nearest || a.start - b.start);
  }

  /** The places of the best seats that are free; undefined where there are none. */
  find(wanted: BestAvailable): number[] | undefined {
    const isWanted = this.#isWanted(wanted.categories);
    const together = this.#together(wanted, isWanted);
    if (together) return this.#placesOf(together);
    if (wanted.together || wanted.accessible > 0) return undefined;
    const pair = this.#inTwoRows(wanted, isWanted);
    return pair && [...this.#placesOf(pair[0]), ...this.#placesOf(pair[1])];
  }

  /** Is told of places that may have become free. */
  freed(places: readonly number[]): void {
    for (const place of places) this.#longest[this.#runAt[place]!] = UNKNOWN;
  }

  #file({ number, start, end }: Run): void {
    const { category, distance } = this.#geometry;
    const nearest = new Map<number, number>();
    for (let seat = start; seat < end; seat++) {
      this.#runAt[this.opened.seatPlaces[seat]!] = number;
      const known = nearest.get(category[seat]!) ?? Number.POSITIVE_INFINITY;
      nearest.set(category[seat]!, Math.min(known, distance[seat]!));
    }
    for (const [of, near] of nearest) {
      this.#runs[of] ??= [];
      this.#runs[of]!.push({ number, start, end, nearest: near });
    }
  }

  #isWanted(categories: readonly number[]): Uint8Array {
    const isWanted = new Uint8Array(256);
    for (const category of categories) isWanted[category] = 1;
    return isWanted;
  }

  #together({ quantity, categories, accessible }: BestAvailable, isWanted: Uint8Array): Block | undefined {
    let best: Block | undefined;
    for (const category of categories) {
      for (const run of this.#runs[category] ?? []) {
        if (best?.singles === 0 && run.nearest * quantity > best.distance) break;
        best = this.#bestIn(run, quantity, accessible, isWanted, best);
      }
    }
    return best;
  }

  /** The best block of the run, or `best` where that is as good. */
  #bestIn(
    { number, start: from, end }: Run,
    size: number,
    accessible: number,
    isWanted: Uint8Array,
    best: Block | undefined,
  ): Block | undefined {
    const { category, distance, access } = this.#geometry;
    if (this.#longest[number]! < size) return best;
    let found = best;
    let longest = 0;
    let free = 0;
    let fits = 0;
    let sum = 0;
    let wheelchairs = 0;
    for (let seat = from; seat < end; seat++) {
      free = this.#isFree(seat) ? free + 1 : 0;
      if (free > longest) longest = free;
      const isOffered = accessible > 0 || access[seat] === 0;
      if (!isOffered || isWanted[category[seat]!] === 0 || free === 0) {
        fits = sum = wheelchairs = 0;
        continue;
      }
      fits += 1;
      sum += distance[seat]!;
      if (access[seat] === WHEELCHAIR) wheelchairs += 1;
      if (fits > size) {
        sum -= distance[seat - size]!;
        if (access[seat - size] === WHEELCHAIR) wheelchairs -= 1;
      }
      if (fits < size || wheelchairs !== accessible) continue;
      const start = seat - size + 1;
      const singles = this.#isSingle(start - 1, from, end) + this.#isSingle(seat + 1, from, end);
      if (found && !isLess(singles, sum, start, found)) continue;
      found = { start, size, singles, distance: sum };
    }
    this.#longest[number] = longest;
    return found;
  }

  /** 1 where the seat beside a block, on its side away from it, would have no free neighbour. */
  #isSingle(seat: number, from: number, end: number): number {
    if (seat < from || seat >= end || !this.#isFree(seat)) return 0;
    const isLeft = seat > from && this.#isFree(seat - 1);
    const isRight = seat + 1 < end && this.#isFree(seat + 1);
    // The block itself is still free: one neighbour is its own.
    return isLeft && isRight ? 0 : 1;
  }

  /** The best two blocks in two rows, one behind the other. */
  #inTwoRows({ quantity, categories }: BestAvailable, isWanted: Uint8Array): [Block, Block] | undefined {
    const { row } = this.#geometry;
    const bestOf = new Map<number, (Block | undefined)[]>();
    for (const category of categories) {
      for (const run of this.#runs[category] ?? []) {
        const known = bestOf.get(row[run.start]!) ?? [];
        bestOf.set(row[run.start]!, known);
        for (let size = 1; size < quantity; size++) {
          known[size] = this.#bestIn(run, size, 0, isWanted, known[size]);
        }
      }
    }
    let best: [Block, Block] | undefined;
    for (const [number, front] of bestOf) {
      const back = bestOf.get(number + 1) ?? [];
      for (let size = 1; size < quantity; size++) {
        const [a, b] = [front[size], back[quantity - size]];
        if (a && b && (!best || isBetterPair([a, b], best))) best = [a, b];
      }
    }
    return best;
  }

  #isFree(seat: number): boolean {
    return this.opened.places.state[this.opened.seatPlaces[seat]!] === AVAILABLE;
  }

  #placesOf({ start, size }: Block): number[] {
    return [...this.opened.seatPlaces.subarray(start, start + size)];
  }
}

function* runsOf({ begins }: SeatGeometry): Generator<Run> {
  let start = 0;
  let number = 0;
  for (let seat = 1; seat <= begins.length; seat++) {
    if (seat < begins.length && begins[seat] === 0) continue;
    yield { number: number++, start, end: seat };
    start = seat;
  }
}

const isLess = (singles: number, distance: number, start: number, than: Block): boolean =>
  singles !== than.singles
    ? singles < than.singles
    : distance !== than.distance
      ? distance < than.distance
      : start < than.start;

function isBetterPair(pair: [Block, Block], than: [Block, Block]): boolean {
  const sum = ([a, b]: [Block, Block]) => [a.singles + b.singles, a.distance + b.distance] as const;
  const [singles, distance] = sum(pair);
  const [thanSingles, thanDistance] = sum(than);
  const best = { singles: thanSingles, distance: thanDistance, start: than[0].start, size: 0 };
  if (pair[0].start === than[0].start && singles === thanSingles && distance === thanDistance) {
    return pair[1].start < than[1].start;
  }
  return isLess(singles, distance, pair[0].start, best);
}
