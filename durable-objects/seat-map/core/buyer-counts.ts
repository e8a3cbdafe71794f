import { textHash } from "./text-hash.ts";

/** What one buyer has of an event: places under a lock, and all places, locked and bought. */
export interface BuyerCount {
  held: number;
  total: number;
}

const NOBODY = -1;

/** Half of the slots at most are taken. */
const SLOTS_PER_BUYER = 2;

/**
 * What each buyer has, by open addressing over typed arrays: a Map of as many texts costs a lock three times this. Who has
 * nothing any more is left out when room is made for others. It follows from the decisions, and changes with them. Ids
 * of users are made by the platform's own services, so nobody chooses them to collide.
 */
export class BuyerCounts {
  #users: string[] = [];
  #hashes = new Int32Array(512);
  #held = new Int32Array(512);
  #total = new Int32Array(512);
  #slots = new Int32Array(512 * SLOTS_PER_BUYER).fill(NOBODY);

  of(userId: string): BuyerCount {
    const buyer = this.#find(userId, textHash(userId));
    return buyer < 0 ? { held: 0, total: 0 } : { held: this.#held[buyer]!, total: this.#total[buyer]! };
  }

  lock(userId: string, places: number): void {
    this.#change(userId, places, places);
  }

  /** As `lock`, and where they are reserved already, `reserve`: one look-up for each decision of a wake. */
  restore(userId: string, places: number, isReserved: boolean): void {
    this.#change(userId, isReserved ? 0 : places, places);
  }

  reserve(userId: string, places: number): void {
    this.#change(userId, -places, 0);
  }

  free(userId: string, places: number, isReserved: boolean): void {
    this.#change(userId, isReserved ? 0 : -places, -places);
  }

  #change(userId: string, held: number, total: number): void {
    const hash = textHash(userId);
    let buyer = this.#find(userId, hash);
    if (buyer < 0) buyer = this.#add(userId, hash);
    this.#held[buyer]! += held;
    this.#total[buyer]! += total;
  }

  #find(userId: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const buyer = this.#slots[slot]!;
      if (buyer === NOBODY || (this.#hashes[buyer] === hash && this.#users[buyer] === userId)) return buyer;
    }
  }

  #add(userId: string, hash: number): number {
    if (this.#users.length === this.#hashes.length) this.#makeRoom();
    const buyer = this.#users.length;
    this.#users.push(userId);
    this.#hashes[buyer] = hash;
    this.#put(buyer);
    return buyer;
  }

  /** Leaves out who has nothing, and doubles the room where that is not half of it. */
  #makeRoom(): void {
    const users = this.#users;
    let kept = 0;
    for (let buyer = 0; buyer < users.length; buyer++) {
      if (this.#total[buyer] === 0) continue;
      users[kept] = users[buyer]!;
      this.#hashes[kept] = this.#hashes[buyer]!;
      this.#held[kept] = this.#held[buyer]!;
      this.#total[kept] = this.#total[buyer]!;
      kept += 1;
    }
    const room = kept > users.length / 2 ? users.length * 2 : users.length;
    users.length = kept;
    this.#hashes = resized(this.#hashes, kept, room);
    this.#held = resized(this.#held, kept, room);
    this.#total = resized(this.#total, kept, room);
    this.#slots = new Int32Array(room * SLOTS_PER_BUYER).fill(NOBODY);
    for (let buyer = 0; buyer < kept; buyer++) this.#put(buyer);
  }

  #put(buyer: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[buyer]! & mask;
    while (this.#slots[slot] !== NOBODY) slot = (slot + 1) & mask;
    this.#slots[slot] = buyer;
  }
}

/** The first `kept` values, with zeros behind them. */
function resized(values: Int32Array<ArrayBuffer>, kept: number, room: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(room);
  next.set(values.subarray(0, kept));
  return next;
}
