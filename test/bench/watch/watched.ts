import { isDelta } from "#shared/seats/delta.ts";

/** What all watchers heard. Times are epoch ms. */
export interface WatchReport {
  /** The entry that the first map was at. */
  firstSeq: number;
  /** By the entry that a change begins after: when the last watcher heard of it. */
  lastHeard: [fromSeq: number, at: number][];
  /** The entry of the watcher that knows least. */
  leastSeq: number;
  /** How often one was told that it was left out. */
  missed: number;
  /** Changes that did not follow on what the watcher knew. */
  gaps: number;
}

/** Follows many watchers of one map. */
export class Watched {
  missed = 0;
  #gaps = 0;
  #firstSeq = Number.POSITIVE_INFINITY;
  readonly #lastHeard = new Map<number, number>();
  readonly #known: number[] = [];

  /** One more watcher. @returns what is to be called with each message that it hears */
  watcher(): (bytes: Uint8Array, at: number) => void {
    const index = this.#known.push(-1) - 1;
    return (bytes, at) => {
      const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (!isDelta(bytes)) {
        const seq = Number(data.getBigUint64(24));
        this.#firstSeq = Math.min(this.#firstSeq, seq);
        this.#known[index] = seq;
        return;
      }
      const [fromSeq, toSeq] = [Number(data.getBigUint64(12)), Number(data.getBigUint64(20))];
      if (fromSeq > this.#known[index]!) this.#gaps++;
      this.#known[index] = Math.max(this.#known[index]!, toSeq);
      this.#lastHeard.set(fromSeq, Math.max(this.#lastHeard.get(fromSeq) ?? 0, at));
    };
  }

  report(): WatchReport {
    const { missed } = this;
    const leastSeq = Math.min(...this.#known);
    return { firstSeq: this.#firstSeq, lastHeard: [...this.#lastHeard], leastSeq, missed, gaps: this.#gaps };
  }
}

/**
 * How far behind the slowest watcher ever was, ms: from the answer to the oldest lock of a change until the last watcher
 * heard of it. @param answeredAt when each lock was answered, in the order of the map's entries
 */
export function mostBehind({ firstSeq, lastHeard }: WatchReport, answeredAt: readonly number[]): number {
  const ages = lastHeard.map(([fromSeq, at]) => at - (answeredAt[Math.max(0, fromSeq - firstSeq)] ?? at));
  return Math.max(0, ...ages);
}
