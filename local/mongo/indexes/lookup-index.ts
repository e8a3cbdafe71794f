import { MongoFailure } from "../errors.ts";
import { compileFilter, type Predicate } from "../matching/filter.ts";
import type { StoredDocument } from "../storage/stored-document.ts";
import type { Doc } from "../wire/values.ts";
import { encodeKey, indexEntries, valuesAt } from "./keys.ts";

/** One field's level of the index: encoded key -> the next field's level, or the documents at the last. */
type Level = Map<string, Level | Set<StoredDocument>>;

/** How an index is described by listIndexes; also what is stored of it. */
export type IndexSpec = Doc & { v: number; key: Record<string, unknown>; name: string };

/**
 * An in-memory index for equality on its first fields: nested hash maps, one level a field.
 * Ranges and sort orders are not served from it.
 */
export class LookupIndex {
  readonly spec: IndexSpec;
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly #paths: readonly (readonly string[])[];
  readonly #covers: Predicate | null;
  readonly #sparse: boolean;
  readonly #root: Level = new Map();

  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.fields = Object.keys(spec.key);
    this.#paths = this.fields.map((field) => field.split("."));
    this.unique = spec.unique === true || spec.name === "_id_";
    this.#sparse = spec.sparse === true;
    this.#covers = spec.partialFilterExpression ? compileFilter(spec.partialFilterExpression as Doc) : null;
  }

  /** The partial filter that a document must match to be in here, or undefined when all are. */
  get partialFilter(): Doc | undefined {
    return this.spec.partialFilterExpression as Doc | undefined;
  }

  /** The index keys a document has here; none when a partial or sparse index leaves it out. */
  entriesOf(doc: Doc): string[][] {
    if (this.#covers && !this.#covers(doc)) return [];
    if (this.#sparse && this.#paths.every((path) => valuesAt(doc, path).length === 0)) return [];
    return indexEntries(doc, this.#paths);
  }

  /** Throws DuplicateKey, in MongoDB's words, when another document than `self` has one of the entries. */
  assertUnique(namespace: string, doc: Doc, entries: string[][], self: StoredDocument | null): void {
    if (!this.unique) return;
    for (const entry of entries) {
      const holders = this.#leaf(entry);
      if (!holders || holders.size === 0 || (self && holders.size === 1 && holders.has(self))) continue;
      const keyValue: Doc = {};
      this.fields.forEach((field, at) => {
        const values = valuesAt(doc, this.#paths[at] ?? []).flat();
        keyValue[field] = values.find((value) => encodeKey(value) === entry[at]) ?? null;
      });
      const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${showValue(value)}`);
      throw new MongoFailure(
        11000,
        `E11000 duplicate key error collection: ${namespace} index: ${this.spec.name} dup key: { ${shown.join(", ")} }`,
        { keyPattern: this.spec.key, keyValue },
      );
    }
  }

  add(entries: string[][], document: StoredDocument): void {
    for (const entry of entries) {
      let level = this.#root;
      for (const key of entry.slice(0, -1)) {
        const known = level.get(key);
        const next: Level = known instanceof Map ? known : new Map();
        level.set(key, next);
        level = next;
      }
      const last = entry.at(-1) ?? "";
      const holders = level.get(last);
      if (holders instanceof Set) holders.add(document);
      else level.set(last, new Set([document]));
    }
  }

  remove(entries: string[][], document: StoredDocument): void {
    for (const entry of entries) removeFrom(this.#root, entry, 0, document);
  }

  /** Documents whose first fields have one of the given keys each: `wanted[i]` are the keys of field i. */
  lookup(wanted: readonly (readonly string[])[]): Set<StoredDocument> {
    let levels: (Level | Set<StoredDocument>)[] = [this.#root];
    for (const keys of wanted) {
      levels = levels.flatMap((level) =>
        level instanceof Map ? keys.flatMap((key) => level.get(key) ?? []) : [],
      );
    }
    const found = new Set<StoredDocument>();
    for (const level of levels) collect(level, found);
    return found;
  }

  #leaf(entry: readonly string[]): Set<StoredDocument> | undefined {
    let level: Level | Set<StoredDocument> | undefined = this.#root;
    for (const key of entry) level = level instanceof Map ? level.get(key) : undefined;
    return level instanceof Set ? level : undefined;
  }
}

function removeFrom(level: Level, entry: readonly string[], at: number, document: StoredDocument): void {
  const key = entry[at] ?? "";
  const next = level.get(key);
  if (next instanceof Set) next.delete(document);
  else if (next) removeFrom(next, entry, at + 1, document);
  if (next?.size === 0) level.delete(key);
}

function collect(level: Level | Set<StoredDocument>, into: Set<StoredDocument>): void {
  if (level instanceof Set) for (const document of level) into.add(document);
  else for (const next of level.values()) collect(next, into);
}

function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const type = (value as { _bsontype?: string } | null)?._bsontype;
  if (type === "ObjectId") return `ObjectId('${String(value)}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  return typeof value === "object" && value !== null && !type ? JSON.stringify(value) : String(value);
}
