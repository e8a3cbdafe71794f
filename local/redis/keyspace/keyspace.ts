import type { Clock } from "#shared/clock.ts";
import { KEY_OVERHEAD_BYTES } from "../limits.ts";
import { wrongType } from "../redis-error.ts";
import type { Value } from "./values.ts";

interface Entry {
  /** In the order of creation; what SCAN's cursor counts by. */
  id: number;
  value: Value;
  /** Epoch ms; null for ever. */
  expiresAt: number | null;
  /** What of it is in the total. */
  counted: number;
}

/** All keys, in memory alone. An expired key is as good as absent, whether or not it was swept yet. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #touched = new Set<string>();
  readonly #clock: Clock;
  #lastId = 0;
  /** What keys and values take, by our own count. */
  bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock();
  }

  /** The value of this type under a key. @throws RedisError WRONGTYPE when it is of another */
  read<V extends Value>(key: string, Type: new () => V): V | undefined {
    const value = this.#live(key)?.value;
    if (value === undefined || value instanceof Type) return value;
    throw wrongType();
  }

  /** The same, to be changed; made where there is none. */
  write<V extends Value>(key: string, Type: new () => V): V {
    const known = this.read(key, Type);
    this.#touched.add(key);
    if (known) return known;
    const value = new Type();
    this.#insert(key, value, null);
    return value;
  }

  /** Puts a value in the place of whatever is there; for ever, unless it keeps the life that the key had. */
  put(key: string, value: Value, life: { keepsExpiry: boolean } = { keepsExpiry: false }): void {
    const before = this.#live(key);
    this.#touched.add(key);
    if (before) Object.assign(before, { value, expiresAt: life.keepsExpiry ? before.expiresAt : null });
    else this.#insert(key, value, null);
  }

  typeOf(key: string): Value["type"] | undefined {
    return this.#live(key)?.value.type;
  }

  /** When a key expires, epoch ms; null for never, undefined when there is no such key. */
  expiryOf(key: string): number | null | undefined {
    return this.#live(key)?.expiresAt;
  }

  /** Sets when a key expires; in the past deletes it. */
  expireAt(key: string, at: number | null): void {
    const entry = this.#live(key);
    if (entry) entry.expiresAt = at;
    this.#live(key);
  }

  /** True when there was such a key. */
  delete(key: string): boolean {
    const entry = this.#live(key);
    if (!entry) return false;
    this.bytes -= entry.counted;
    return this.#entries.delete(key);
  }

  /** @throws never; false when there is no such key */
  rename(from: string, to: string): boolean {
    const entry = this.#live(from);
    if (!entry) return false;
    this.delete(from);
    this.delete(to);
    this.#insert(to, entry.value, entry.expiresAt);
    this.#touched.add(to);
    return true;
  }

  /** Live keys from after a cursor, in the order of their creation, with the cursor that each ends at. */
  *after(cursor: number): Generator<[key: string, cursor: number]> {
    for (const [key, { id }] of this.#entries) if (id > cursor && this.#live(key)) yield [key, id];
  }

  clear(): void {
    this.#entries.clear();
    this.bytes = 0;
  }

  /** Counts what a command changed, and deletes what it left empty. */
  settle(): void {
    for (const key of this.#touched) {
      const entry = this.#entries.get(key);
      if (!entry) continue;
      if (entry.value.isEmpty) this.delete(key);
      else {
        const bytes = KEY_OVERHEAD_BYTES + Buffer.byteLength(key) + entry.value.bytes;
        this.bytes += bytes - entry.counted;
        entry.counted = bytes;
      }
    }
    this.#touched.clear();
  }

  /** Deletes all that has expired. */
  sweep(): void {
    for (const key of this.#entries.keys()) this.#live(key);
  }

  #insert(key: string, value: Value, expiresAt: number | null): void {
    this.#lastId += 1;
    this.#entries.set(key, { id: this.#lastId, value, expiresAt, counted: 0 });
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAt === null || entry.expiresAt > this.now) return entry;
    this.bytes -= entry.counted;
    this.#entries.delete(key);
    return undefined;
  }
}
