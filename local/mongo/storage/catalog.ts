import { MongoFailure } from "../errors.ts";
import { MAX_NAMESPACE_BYTES } from "../limits.ts";
import { type Doc, decode, viewOf } from "../wire/values.ts";
import { Collection, type CollectionMeta } from "./collection.ts";
import type { Journal } from "./committer.ts";
import type { Snapshot } from "./operations.ts";

/** All collections of all databases. */
export class Catalog {
  readonly #journal: Journal;
  readonly #databases = new Map<string, Map<string, Collection>>();
  #lastCollection = 0;
  #lastRecord = 0;

  constructor(journal: Journal, snapshot: Snapshot) {
    this.#journal = journal;
    const byId = new Map<number, Collection>();
    for (const { collection: id, bson } of snapshot.collections) {
      const collection = this.#register(id, metaOf(bson));
      byId.set(id, collection);
      this.#lastCollection = id;
    }
    for (const { record, collection, bson } of snapshot.documents) {
      byId.get(collection)?.restore(record, bson, viewOf(decode(bson)));
      this.#lastRecord = record;
    }
  }

  find(db: string, name: string): Collection | undefined {
    return this.#databases.get(db)?.get(name);
  }

  /** The collection, created when it does not exist: what a first insert does. */
  ensure(db: string, name: string): Collection {
    return this.find(db, name) ?? this.create(db, name, {});
  }

  /** Creates a collection. Throws NamespaceExists or InvalidNamespace. */
  create(db: string, name: string, options: Doc): Collection {
    assertNamespace(db, name);
    if (this.find(db, name)) {
      throw new MongoFailure(48, `Collection ${db}.${name} already exists.`);
    }
    const collection = this.#register(this.#lastCollection + 1, { db, name, options, indexes: [] });
    this.#lastCollection = collection.id;
    collection.saveMeta();
    return collection;
  }

  drop(collection: Collection): void {
    this.#databases.get(collection.db)?.delete(collection.name);
    this.#journal.append({ kind: "drop", collection: collection.id });
  }

  /** A database's collections by name. */
  list(db: string): Collection[] {
    const collections = [...(this.#databases.get(db)?.values() ?? [])];
    return collections.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every collection of every database. */
  *all(): Iterable<Collection> {
    for (const collections of this.#databases.values()) yield* collections.values();
  }

  #register(id: number, meta: CollectionMeta): Collection {
    const collection = new Collection(id, meta, this.#journal, () => ++this.#lastRecord);
    const collections = this.#databases.get(meta.db) ?? new Map<string, Collection>();
    collections.set(meta.name, collection);
    this.#databases.set(meta.db, collections);
    return collection;
  }
}

/** Options keep their exact form (they hold a validator); index specifications are views, as indexes need. */
function metaOf(bson: Uint8Array): CollectionMeta {
  const exact = decode(bson);
  const meta = viewOf(exact) as CollectionMeta;
  return { ...meta, options: exact.options as Doc };
}

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
function assertNamespace(db: string, name: string): void {
  const valid =
    /^[^/\\. "$*<>:|?\0]{1,63}$/.test(db) &&
    name !== "" &&
    !/[$\0]/.test(name) &&
    !/^\.|\.$|^system\./.test(name);
  if (!valid) throw new MongoFailure(73, `Invalid namespace specified '${db}.${name}'`);
  if (Buffer.byteLength(`${db}.${name}`) > MAX_NAMESPACE_BYTES) {
    throw new MongoFailure(73, `Namespace is longer than ${MAX_NAMESPACE_BYTES} bytes`);
  }
}
