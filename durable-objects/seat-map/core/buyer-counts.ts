/** What one buyer has of an event: places under a lock, and all places, locked and bought. */
export interface BuyerCount {
  held: number;
  total: number;
}

/** A count fits below it: a map has 100,000 places at most. */
const SHIFT = 2 ** 20;

/**
 * What each buyer has, in one number a buyer: `total * 2^20 + held`, a small integer for all but the largest buyers. Who
 * has nothing is not kept. It follows from the decisions, and changes with them.
 */
export class BuyerCounts {
  readonly #counts = new Map<string, number>();

  of(userId: string): BuyerCount {
    const count = this.#counts.get(userId) ?? 0;
    return { held: count % SHIFT, total: Math.floor(count / SHIFT) };
  }

  lock(userId: string, places: number): void {
    this.#change(userId, places * SHIFT + places);
  }

  /** As `lock`, and where they are reserved already, `reserve`: one look-up for each decision of a wake. */
  restore(userId: string, places: number, isReserved: boolean): void {
    this.#change(userId, isReserved ? places * SHIFT : places * SHIFT + places);
  }

  reserve(userId: string, places: number): void {
    this.#change(userId, -places);
  }

  free(userId: string, places: number, isReserved: boolean): void {
    this.#change(userId, isReserved ? -places * SHIFT : -places * SHIFT - places);
  }

  #change(userId: string, by: number): void {
    const count = (this.#counts.get(userId) ?? 0) + by;
    if (count === 0) this.#counts.delete(userId);
    else this.#counts.set(userId, count);
  }
}
