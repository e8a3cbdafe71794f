import { MongoFailure } from "../errors.ts";
import { type IndexSpec, LookupIndex } from "../indexes/lookup-index.ts";
import { MAX_INDEXES, MAX_STORED_NESTING } from "../limits.ts";
import { type Checked, documentValidator } from "../validation/validator.ts";
import { type Doc, decodeOwn, encode, nesting, viewOf } from "../wire/values.ts";
import type { Journal } from "./committer.ts";
import type { StoredDocument } from "./stored-document.ts";

/** What is stored of a collection beside its documents. `options` are those of `create` and `collMod`. */
export type CollectionMeta = { db: string; name: string; options: Doc; indexes: IndexSpec[] };

const ID_INDEX: IndexSpec = { v: 2, key: { _id: 1 }, name: "_id_" };

/** One collection: documents in natural order and their indexes. Every change is journalled as it is made. */
export class Collection {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly indexes = new Map<string, LookupIndex>();
  readonly #journal: Journal;
  readonly #nextRecord: () => number;
  readonly #documents = new Map<number, StoredDocument>();
  #options: Doc;
  #validate: (document: Checked) => void;

  constructor(id: number, meta: CollectionMeta, journal: Journal, nextRecord: () => number) {
    this.id = id;
    this.db = meta.db;
    this.name = meta.name;
    this.#journal = journal;
    this.#nextRecord = nextRecord;
    this.#options = meta.options;
    this.#validate = documentValidator(meta.options);
    for (const spec of meta.indexes.length > 0 ? meta.indexes : [ID_INDEX]) {
      this.indexes.set(spec.name, new LookupIndex(spec));
    }
  }

  get namespace(): string {
    return `${this.db}.${this.name}`;
  }

  get size(): number {
    return this.#documents.size;
  }

  get options(): Doc {
    return this.#options;
  }

  documents(): Iterable<StoredDocument> {
    return this.#documents.values();
  }

  /** Takes in a document read from disk. */
  restore(record: number, bytes: Uint8Array, view: Doc): void {
    const document = { record, bytes, view };
    this.#documents.set(record, document);
    for (const index of this.indexes.values()) index.add(index.entriesOf(view), document);
  }

  /** Stores a new document. Throws DuplicateKey, DocumentValidationFailure or a limit's error, changing nothing. */
  insert(exact: Doc, { unvalidated = false } = {}): StoredDocument {
    const { bytes, view } = this.#check(exact, null, unvalidated);
    const entries = this.#entries(view, null);
    const document: StoredDocument = { record: this.#nextRecord(), bytes, view };
    this.#documents.set(document.record, document);
    for (const [index, keys] of entries) index.add(keys, document);
    this.#put(document);
    return document;
  }

  /** Stores a document's new content; false when it is the same. Throws as insert does, changing nothing. */
  replace(document: StoredDocument, exact: Doc, { unvalidated = false } = {}): boolean {
    const { bytes, view } = this.#check(exact, document, unvalidated);
    if (Buffer.compare(bytes, document.bytes) === 0) return false;
    const entries = this.#entries(view, document);
    for (const index of this.indexes.values()) index.remove(index.entriesOf(document.view), document);
    document.bytes = bytes;
    document.view = view;
    for (const [index, keys] of entries) index.add(keys, document);
    this.#put(document);
    return true;
  }

  remove(document: StoredDocument): void {
    this.#documents.delete(document.record);
    for (const index of this.indexes.values()) index.remove(index.entriesOf(document.view), document);
    this.#journal.append({ kind: "remove", record: document.record });
  }

  /** Builds an index over what is there. Throws DuplicateKey or a limit's error, changing nothing. */
  createIndex(spec: IndexSpec): void {
    if (this.indexes.size >= MAX_INDEXES) {
      throw new MongoFailure(67, `add index fails, too many indexes for ${this.namespace}`);
    }
    const index = new LookupIndex(spec);
    for (const document of this.#documents.values()) {
      const entries = index.entriesOf(document.view);
      index.assertUnique(this.namespace, document.view, entries, null);
      index.add(entries, document);
    }
    this.indexes.set(spec.name, index);
    this.saveMeta();
  }

  dropIndex(name: string): void {
    this.indexes.delete(name);
    this.saveMeta();
  }

  /** Replaces the collection's options. Throws FailedToParse when the validator is not usable. */
  setOptions(options: Doc): void {
    this.#validate = documentValidator(options);
    this.#options = options;
    this.saveMeta();
  }

  /** Journals everything about the collection but its documents. */
  saveMeta(): void {
    const meta: CollectionMeta = {
      db: this.db,
      name: this.name,
      options: this.#options,
      indexes: [...this.indexes.values()].map((index) => index.spec),
    };
    this.#journal.append({ kind: "collection", collection: this.id, bson: encode(meta) });
  }

  #check(exact: Doc, before: StoredDocument | null, unvalidated: boolean): { bytes: Uint8Array; view: Doc } {
    if (nesting(exact) > MAX_STORED_NESTING) {
      throw new MongoFailure(
        15,
        `cannot store a document that exceeds ${MAX_STORED_NESTING} levels of nesting`,
      );
    }
    const bytes = encode(exact);
    const view = viewOf(exact);
    if (!unvalidated) {
      const changed = before && { exact: () => decodeOwn(before.bytes), view: before.view };
      this.#validate({ exact, view, before: changed });
    }
    return { bytes, view };
  }

  #entries(view: Doc, self: StoredDocument | null): [LookupIndex, string[][]][] {
    const entries: [LookupIndex, string[][]][] = [];
    for (const index of this.indexes.values()) {
      const keys = index.entriesOf(view);
      index.assertUnique(this.namespace, view, keys, self);
      entries.push([index, keys]);
    }
    return entries;
  }

  #put(document: StoredDocument): void {
    this.#journal.append({
      kind: "put",
      record: document.record,
      collection: this.id,
      bson: document.bytes,
    });
  }
}
