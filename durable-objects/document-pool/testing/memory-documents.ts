import type { Document, DocumentAnswer, DocumentCommand, DocumentPoolRpc, DocumentUpdate } from "../rpc.ts";
import { copy, matches, update, valueAt } from "./documents.ts";

/** A field of which no two documents of a collection have the same value. */
type UniqueIndexes = Record<string, string>;

/**
 * A service's database in memory, behind the port by which its repositories reach MongoDB. A command has its effect
 * before `run` returns, all of it or none; what comes back is a copy; documents keep the order in which they came.
 * @param unique by collection, besides `_id`
 */
export class MemoryDocuments implements DocumentPoolRpc {
  readonly #collections = new Map<string, Map<string, Document>>();
  readonly #unique: UniqueIndexes;

  constructor(unique: UniqueIndexes = {}) {
    this.#unique = unique;
  }

  run(command: DocumentCommand): Promise<DocumentAnswer> {
    try {
      return Promise.resolve(this.#execute(command));
    } catch (error) {
      return Promise.resolve({ ok: false, kind: "refused", detail: String(error) });
    }
  }

  /** The documents of a collection as they are now, not copied: to look at. One that changes is replaced. */
  look<D>(name: string): Iterable<Readonly<D>> {
    return this.#collection(name).values() as Iterable<Document> as Iterable<Readonly<D>>;
  }

  /** Everything in a collection. */
  all<D>(name: string): D[] {
    return [...this.#collection(name).values()].map((document) => copy(document) as D);
  }

  #collection(name: string): Map<string, Document> {
    const found = this.#collections.get(name) ?? new Map<string, Document>();
    this.#collections.set(name, found);
    return found;
  }

  #execute(command: DocumentCommand): DocumentAnswer {
    if (command.do === "ping") return { ok: true, value: true };
    const collection = this.#collection(command.in);
    const found = () => matching(collection, "filter" in command ? command.filter : {});
    switch (command.do) {
      case "findOne":
        return { ok: true, value: copy(found()[0] ?? null) };
      case "find":
        return { ok: true, value: shown(found(), command.options) };
      case "count":
        return { ok: true, value: found().length };
      case "insertOne":
        return this.#insert(command.in, command.document);
      case "findOneAndUpdate":
        return { ok: true, value: copy(changeOne(collection, command)) };
      case "insertEach": {
        const added = command.documents.map((document) => this.#insert(command.in, document).ok);
        return { ok: true, value: added.flatMap((isAdded, index) => (isAdded ? [] : [index])) };
      }
      case "updateEach": {
        const changed = command.updates.map((each) => changeOne(collection, each));
        return { ok: true, value: changed.filter((after) => after !== null).length };
      }
    }
  }

  #insert(name: string, document: Document): DocumentAnswer {
    const collection = this.#collection(name);
    const index = this.#unique[name];
    const isTaken =
      collection.has(document._id) ||
      (index !== undefined && matching(collection, { [index]: document[index] }).length > 0);
    if (isTaken) return { ok: false, kind: "duplicate", detail: `a unique index of ${name}` };
    collection.set(document._id, copy(document));
    return { ok: true, value: document._id };
  }
}

/** @returns the document as it is afterwards, or null where none matches */
function changeOne(collection: Map<string, Document>, { filter, update: change }: DocumentUpdate) {
  const before = matching(collection, filter)[0];
  if (!before) return null;
  const after = copy(before);
  update(after, change as Record<string, unknown>);
  collection.set(after._id, after);
  return after;
}

function matching(collection: Map<string, Document>, filter: Record<string, unknown>): Document[] {
  const { _id: id } = filter;
  const named = typeof id === "string" ? collection.get(id) : undefined;
  const candidates = typeof id === "string" ? (named ? [named] : []) : [...collection.values()];
  return candidates.filter((document) => matches(document, filter));
}

type Shown = Extract<DocumentCommand, { do: "find" }>["options"];

function shown(found: Document[], { sort, limit, projection }: Shown): unknown[] {
  const [[by, direction] = []] = Object.entries((sort ?? {}) as Record<string, 1 | -1>);
  const sorted = by === undefined ? found : found.toSorted((a, b) => direction! * compare(a, b, by));
  const page = sorted.slice(0, limit).map(copy);
  if (!projection) return page;
  const wanted = new Set(["_id", ...Object.keys(projection)]);
  return page.map((document) =>
    Object.fromEntries(Object.entries(document).filter(([key]) => wanted.has(key))),
  );
}

const compare = (a: Document, b: Document, by: string): number =>
  Number(valueAt(a, by)) - Number(valueAt(b, by));
