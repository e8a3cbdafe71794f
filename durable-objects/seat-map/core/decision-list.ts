import type { Decision } from "./decision.ts";
import { OwnerIndex } from "./owner-index.ts";
import { packDecisions } from "./pack-decisions.ts";
import { PackedDecisions } from "./packed-decisions.ts";
import { sha256 } from "./sha256.ts";

/** Decisions of one block: few enough that one which has changed is quickly packed again, some 40 KB. */
const BLOCK_BITS = 8;
const BLOCK_SIZE = 2 ** BLOCK_BITS;

/** Of unpacked decisions, about 350 bytes each; more are only kept where they have changed. */
const MAX_UNPACKED = 50_000;

/** A block as a snapshot keeps it. */
export interface DecisionBlock {
  position: number;
  bytes: Uint8Array;
}

interface Block {
  /** As the last snapshot has it; undefined before there was one. */
  packed: PackedDecisions | undefined;
  digest: string;
  /** Those that were asked for, or are new, by their place in the block. */
  unpacked: (Decision | undefined)[];
  /** Since the last snapshot. */
  isChanged: boolean;
}

/**
 * All decisions, in the order in which they were made. Those that a snapshot has are kept as it packed them; an object is
 * made of one when it is asked for, and lives until the next snapshot.
 */
export class DecisionList {
  readonly #blocks: Block[] = [];
  readonly #owners = new OwnerIndex((index) => this.#idAt(index));
  #length = 0;
  /** Blocks that have changed. */
  #changed = 0;
  #unpacked = 0;

  get length(): number {
    return this.#length;
  }

  /** How many decisions the next snapshot has to pack. */
  get changed(): number {
    const missing = this.#blocks.at(-1)?.isChanged ? this.#blocks.length * BLOCK_SIZE - this.#length : 0;
    return this.#changed * BLOCK_SIZE - missing;
  }

  /** @throws RangeError where there is none */
  at(index: number): Decision {
    const block = this.#blockOf(index);
    const known = block.unpacked[index % BLOCK_SIZE];
    if (known) return known;
    const decision = this.#made(block, index);
    block.unpacked[index % BLOCK_SIZE] = decision;
    this.#unpacked += 1;
    return decision;
  }

  of(ownerId: string): Decision | undefined {
    const index = this.#owners.position(ownerId);
    return index < 0 ? undefined : this.at(index);
  }

  /** From one position to before another. They are for reading: a later change may not show in them. */
  slice(from: number, to: number): Decision[] {
    const found: Decision[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.#length); index++) {
      const block = this.#blockOf(index);
      found.push(block.unpacked[index % BLOCK_SIZE] ?? this.#made(block, index));
    }
    return found;
  }

  /** A new one, whose index is the list's length. */
  push(decision: Decision): void {
    if (decision.index !== this.#length) throw new Error(`decision ${decision.index} is out of order`);
    if (this.#length % BLOCK_SIZE === 0) {
      this.#blocks.push({ packed: undefined, digest: "", unpacked: [], isChanged: false });
    }
    this.#owners.add(this.#owners.hashOf(decision.id));
    this.#length += 1;
    this.#unpacked += 1;
    this.#blockOf(decision.index).unpacked[decision.index % BLOCK_SIZE] = decision;
    this.change(decision);
  }

  /** One that `at`, `of` or `push` gave is about to change. */
  change({ index }: Decision): void {
    const block = this.#blockOf(index);
    if (block.isChanged) return;
    block.isChanged = true;
    this.#changed += 1;
  }

  /** Packs the blocks that have changed since the last call. Decisions that were given out before it are stale. */
  pack(): DecisionBlock[] {
    const changed: DecisionBlock[] = [];
    for (const [position, block] of this.#blocks.entries()) {
      if (!block.isChanged) continue;
      const from = position * BLOCK_SIZE;
      const bytes = packDecisions(this.slice(from, from + BLOCK_SIZE), (index) => this.#owners.hashAt(index));
      block.packed = PackedDecisions.read(bytes);
      block.digest = sha256(bytes);
      block.isChanged = false;
      changed.push({ position, bytes });
    }
    this.#changed = 0;
    this.#forgetUnpacked();
    return changed;
  }

  /** Of each block as it was packed last. */
  get digests(): string[] {
    return this.#blocks.map(({ digest }) => digest);
  }

  /** Lets go of what can be made again, where much was. Decisions that were given out before it are stale. */
  trim(): void {
    if (this.#unpacked > MAX_UNPACKED) this.#forgetUnpacked();
  }

  /** Takes the next block as a snapshot has it. @throws Error where it is not whole */
  restore({ position, bytes }: DecisionBlock, digest: string | undefined, total: number): PackedDecisions {
    if (position !== this.#blocks.length || sha256(bytes) !== digest) {
      throw new Error(`block ${position} of the snapshot is damaged`);
    }
    const packed = PackedDecisions.read(bytes);
    this.#blocks.push({ packed, digest, unpacked: [], isChanged: false });
    this.#owners.reserve(total);
    for (let n = 0; n < packed.length; n++) this.#owners.add(packed.hash(n));
    this.#length += packed.length;
    return packed;
  }

  #forgetUnpacked(): void {
    this.#unpacked = 0;
    for (const block of this.#blocks) {
      if (!block.isChanged) block.unpacked = [];
      else this.#unpacked += BLOCK_SIZE;
    }
  }

  #made({ packed }: Block, index: number): Decision {
    return packed!.decision(index % BLOCK_SIZE, index);
  }

  #idAt(index: number): string {
    const { packed, unpacked } = this.#blockOf(index);
    return unpacked[index % BLOCK_SIZE]?.id ?? packed!.id(index % BLOCK_SIZE);
  }

  #blockOf(index: number): Block {
    const block = this.#blocks[index >>> BLOCK_BITS];
    if (!block || index >= this.#length) throw new RangeError(`there is no decision ${index}`);
    return block;
  }
}
