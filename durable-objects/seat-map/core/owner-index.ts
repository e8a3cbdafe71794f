import { textHash } from "./text-hash.ts";

const NOBODY = -1;

/** Half of the slots at most are taken. */
const SLOTS_PER_OWNER = 2;

/**
 * The positions of owners' ids in a list that grows at its end, by open addressing over typed arrays: 12 to 24 bytes an
 * owner, and no text. Ids are made by the platform's own services, so nobody chooses them to collide.
 */
export class OwnerIndex {
  /** Must give the id at a position that was added. */
  readonly #idAt: (position: number) => string;
  #slots = new Int32Array(1_024).fill(NOBODY);
  #hashes = new Int32Array(512);
  #size = 0;
  /** Who is looked for is often looked for again at once, or added. */
  #lastId = "";
  #lastHash = textHash("");

  constructor(idAt: (position: number) => string) {
    this.#idAt = idAt;
  }

  /** Makes room for so many at once. */
  reserve(owners: number): void {
    if (owners <= this.#hashes.length) return;
    const hashes = new Int32Array(2 ** Math.ceil(Math.log2(owners)));
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Int32Array(hashes.length * SLOTS_PER_OWNER).fill(NOBODY);
    for (let position = 0; position < this.#size; position++) this.#put(hashes[position]!, position);
  }

  /** The next position is that of the owner whose id has this hash. */
  add(hash: number): void {
    this.reserve(this.#size + 1);
    this.#hashes[this.#size] = hash;
    this.#put(hash, this.#size);
    this.#size += 1;
  }

  hashOf(id: string): number {
    if (id !== this.#lastId) {
      this.#lastHash = textHash(id);
      this.#lastId = id;
    }
    return this.#lastHash;
  }

  hashAt(position: number): number {
    return this.#hashes[position]!;
  }

  /** The position of an id, or -1. */
  position(id: string): number {
    const hash = this.hashOf(id);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const position = this.#slots[slot]!;
      if (position === NOBODY) return NOBODY;
      if (this.#hashes[position] === hash && this.#idAt(position) === id) return position;
    }
  }

  #put(hash: number, position: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== NOBODY) slot = (slot + 1) & mask;
    this.#slots[slot] = position;
  }
}
