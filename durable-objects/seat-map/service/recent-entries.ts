import type { Entry } from "../core/entry.ts";

/** A minute of a very busy map, some 300 bytes each; what is older is read from the log again. */
const MAX_ENTRIES = 20_000;

/** Entries of this wake that are not handed on yet, so that a busy map need not read and decode its own rows. */
export class RecentEntries {
  #entries: Entry[] = [];
  /** Those before it are handed on, and are taken away together. */
  #first = 0;

  /** Entries that follow those noted before. */
  note(entries: readonly Entry[]): void {
    if (this.#entries.length - this.#first + entries.length > MAX_ENTRIES) this.#clear();
    for (const entry of entries) this.#entries.push(entry);
  }

  /** Those after `seq` up to `lastSeq`, at most `limit`; undefined where they are not, or no longer, all here. */
  between(seq: number, lastSeq: number, limit: number): Entry[] | undefined {
    const oldest = this.#entries[this.#first];
    if (!oldest || oldest.seq > seq + 1) return undefined;
    const from = this.#first + seq + 1 - oldest.seq;
    return this.#entries.slice(from, Math.min(from + limit, from + Math.max(0, lastSeq - seq)));
  }

  /** Entries up to `seq` are not needed any more. */
  forget(seq: number): void {
    const oldest = this.#entries[this.#first];
    if (!oldest || seq < oldest.seq) return;
    this.#first += Math.min(seq + 1 - oldest.seq, this.#entries.length - this.#first);
    if (this.#first === this.#entries.length) this.#clear();
    if (this.#first < MAX_ENTRIES) return;
    this.#entries.splice(0, this.#first);
    this.#first = 0;
  }

  #clear(): void {
    this.#entries = [];
    this.#first = 0;
  }
}
