import { ELEMENT_OVERHEAD_BYTES } from "../limits.ts";

/** What a key holds. `bytes` is what it takes, by our own count; one that is empty is deleted with its key. */
export interface Value {
  readonly type: "string" | "hash" | "list" | "set" | "zset";
  readonly bytes: number;
  readonly isEmpty: boolean;
}

const sizeOf = (...texts: string[]) =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), ELEMENT_OVERHEAD_BYTES);

export class Text implements Value {
  readonly type = "string";
  readonly isEmpty = false;
  readonly text: string;
  readonly bytes: number;

  constructor(text = "") {
    this.text = text;
    this.bytes = Buffer.byteLength(text);
  }
}

export class Hash implements Value {
  readonly type = "hash";
  readonly fields: ReadonlyMap<string, string> = new Map();
  bytes = 0;

  get isEmpty() {
    return this.fields.size === 0;
  }

  /** True when the field is new. */
  set(field: string, text: string): boolean {
    const before = this.fields.get(field);
    this.bytes += sizeOf(field, text) - (before === undefined ? 0 : sizeOf(field, before));
    (this.fields as Map<string, string>).set(field, text);
    return before === undefined;
  }

  delete(field: string): boolean {
    const before = this.fields.get(field);
    if (before === undefined) return false;
    this.bytes -= sizeOf(field, before);
    return (this.fields as Map<string, string>).delete(field);
  }
}

export class List implements Value {
  readonly type = "list";
  elements: readonly string[] = [];
  bytes = 0;

  get isEmpty() {
    return this.elements.length === 0;
  }

  /** Takes these elements instead of its own. */
  replace(elements: readonly string[]): void {
    this.elements = elements;
    this.bytes = elements.reduce((sum, element) => sum + sizeOf(element), 0);
  }
}

export class Members implements Value {
  readonly type = "set";
  readonly members: ReadonlySet<string> = new Set();
  bytes = 0;

  get isEmpty() {
    return this.members.size === 0;
  }

  /** True when the member is new. */
  add(member: string): boolean {
    if (this.members.has(member)) return false;
    (this.members as Set<string>).add(member);
    this.bytes += sizeOf(member);
    return true;
  }

  delete(member: string): boolean {
    if (!(this.members as Set<string>).delete(member)) return false;
    this.bytes -= sizeOf(member);
    return true;
  }
}

export type Scored = readonly [member: string, score: number];

export class SortedSet implements Value {
  readonly type = "zset";
  readonly scores: ReadonlyMap<string, number> = new Map();
  bytes = 0;
  #inOrder: readonly Scored[] | null = null;

  get isEmpty() {
    return this.scores.size === 0;
  }

  set(member: string, score: number): void {
    if (!this.scores.has(member)) this.bytes += sizeOf(member) + 8;
    (this.scores as Map<string, number>).set(member, score);
    this.#inOrder = null;
  }

  delete(member: string): boolean {
    if (!(this.scores as Map<string, number>).delete(member)) return false;
    this.bytes -= sizeOf(member) + 8;
    this.#inOrder = null;
    return true;
  }

  /** By score; members of one score by their bytes. */
  inOrder(): readonly Scored[] {
    this.#inOrder ??= [...this.scores].sort(
      ([a, scoreA], [b, scoreB]) => scoreA - scoreB || Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    return this.#inOrder;
  }
}
