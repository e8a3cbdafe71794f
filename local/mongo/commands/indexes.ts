import { MongoFailure } from "../errors.ts";
import { encodeKey } from "../indexes/keys.ts";
import type { IndexSpec } from "../indexes/lookup-index.ts";
import { MAX_INDEX_FIELDS } from "../limits.ts";
import type { Collection } from "../storage/collection.ts";
import { type Doc, encode, isPlain, viewOf } from "../wire/values.ts";
import { countOf, docListOf, exactDocOf, stringOf } from "./arguments.ts";
import type { CommandContext, Commands } from "./context.ts";

/** https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
function createIndexes({ server, db, body }: CommandContext): Doc {
  const name = stringOf(body, "createIndexes");
  const specs = docListOf(body, "indexes").map((spec) => indexSpec(viewOf(spec)));
  if (specs.length === 0) throw new MongoFailure(2, "Must specify at least one index to create");
  const createdCollectionAutomatically = !server.catalog.find(db, name);
  const collection = server.catalog.ensure(db, name);
  const numIndexesBefore = collection.indexes.size;
  for (const spec of specs) {
    if (!alreadyThere(collection, spec)) collection.createIndex(spec);
  }
  return { numIndexesBefore, numIndexesAfter: collection.indexes.size, createdCollectionAutomatically };
}

const KNOWN_OPTIONS = new Set([
  "v",
  "key",
  "name",
  "unique",
  "sparse",
  "partialFilterExpression",
  "expireAfterSeconds",
]);
/** Options that say how to build or plan, not what the index means. */
const IGNORED_OPTIONS = new Set(["background", "hidden", "ns"]);

function indexSpec(spec: Doc): IndexSpec {
  const { key, name } = spec;
  if (!isPlain(key) || Object.keys(key).length === 0)
    throw new MongoFailure(67, "Index keys cannot be empty.");
  if (Object.keys(key).length > MAX_INDEX_FIELDS) throw new MongoFailure(67, "Index has too many fields");
  if (typeof name !== "string" || name === "") throw new MongoFailure(9, "The index name is missing");
  for (const [field, kind] of Object.entries(key)) {
    if (typeof kind !== "number" || kind === 0 || field.includes("$")) {
      throw new MongoFailure(
        67,
        `index key '${field}: ${String(kind)}' is not supported: only ascending or descending`,
      );
    }
  }
  const other = Object.keys(spec).find(
    (option) => !KNOWN_OPTIONS.has(option) && !IGNORED_OPTIONS.has(option),
  );
  if (other) throw new MongoFailure(67, `index option '${other}' is not supported by this server`);
  if (spec.expireAfterSeconds !== undefined) {
    countOf(spec, "expireAfterSeconds", 0);
    if (Object.keys(key).length > 1) throw new MongoFailure(67, "TTL indexes are single-field indexes");
  }
  const kept = Object.entries(spec).filter(([option, value]) => KNOWN_OPTIONS.has(option) && value !== false);
  return { ...Object.fromEntries(kept), v: 2, key, name };
}

/** True when the same index exists. Throws when its name or its keys are taken by a different one. */
function alreadyThere(collection: Collection, spec: IndexSpec): boolean {
  const sameName = collection.indexes.get(spec.name);
  const sorted = (doc: Doc) =>
    encodeKey(Object.fromEntries(Object.entries(doc).sort(([a], [b]) => (a < b ? -1 : 1))));
  if (sameName && encodeKey(sameName.spec.key) !== encodeKey(spec.key)) {
    throw new MongoFailure(
      86,
      `An existing index has the same name as the requested index, with different keys: ${spec.name}`,
    );
  }
  if (sameName && sorted(sameName.spec) !== sorted(spec)) {
    throw new MongoFailure(86, `An existing index has the same name as the requested index: ${spec.name}`);
  }
  const sameKeys = [...collection.indexes.values()].find(
    (index) => encodeKey(index.spec.key) === encodeKey(spec.key) && index.spec.name !== spec.name,
  );
  if (sameKeys && encodeKey(sameKeys.partialFilter) === encodeKey(spec.partialFilterExpression)) {
    if (sameKeys.spec.name === "_id_") return true;
    throw new MongoFailure(85, `Index already exists with a different name: ${sameKeys.spec.name}`);
  }
  return sameName !== undefined;
}

/** https://www.mongodb.com/docs/manual/reference/command/dropIndexes/ */
function dropIndexes({ server, db, body }: CommandContext): Doc {
  const collection = existing(server.catalog.find(db, stringOf(body, "dropIndexes")));
  const nIndexesWas = collection.indexes.size;
  for (const name of namesToDrop(collection, body.index)) {
    if (name === "_id_") throw new MongoFailure(72, "cannot drop _id index");
    if (!collection.indexes.has(name)) throw new MongoFailure(27, `index not found with name [${name}]`);
    collection.dropIndex(name);
  }
  return { nIndexesWas };
}

function namesToDrop(collection: Collection, which: unknown): string[] {
  if (which === "*") return [...collection.indexes.keys()].filter((name) => name !== "_id_");
  if (typeof which === "string") return [which];
  if (Array.isArray(which)) return which.map(String);
  if (!isPlain(which))
    throw new MongoFailure(14, "BSON field 'index' must be a name, a list of names or a key");
  const key = encodeKey(viewOf(which));
  const match = [...collection.indexes.values()].find((index) => encodeKey(index.spec.key) === key);
  if (!match) throw new MongoFailure(27, "can't find index with key");
  return [match.spec.name];
}

/** https://www.mongodb.com/docs/manual/reference/command/listIndexes/ */
function listIndexes({ server, db, body }: CommandContext): Doc {
  const name = stringOf(body, "listIndexes");
  const collection = existing(server.catalog.find(db, name));
  const specs = [...collection.indexes.values()].map((index) => encode(index.spec));
  const batchSize = countOf(exactDocOf(body, "cursor") ?? {}, "batchSize", specs.length);
  return server.cursors.open(`${db}.${name}`, specs, batchSize, false);
}

function existing(collection: Collection | undefined): Collection {
  if (collection) return collection;
  throw new MongoFailure(26, "ns does not exist");
}

export const INDEXES: Commands = {
  createIndexes: { run: createIndexes, access: "database", on: "primary" },
  dropIndexes: { run: dropIndexes, access: "database", on: "primary" },
  listIndexes: { run: listIndexes, access: "database", on: "readable" },
};
