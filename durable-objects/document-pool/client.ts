import type { Filter, FindOptions, UpdateFilter } from "mongodb";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Document, DocumentCommand, DocumentPoolRpc, DocumentUpdate } from "./rpc.ts";

/** A document with this unique key exists already. */
export class DuplicateKey extends Error {
  override name = "DuplicateKey";
}

/**
 * One collection of a service's database, through its pool object.
 * Every method throws {@link Unavailable} when the database does not answer, {@link DuplicateKey} where a
 * unique index forbids the write, and an Error when the database refuses the command.
 */
export interface Collection<D extends { _id: string }> {
  findOne(filter: Filter<D>, options?: FindOptions): Promise<D | null>;
  find(filter: Filter<D>, options: FindOptions & { limit: number }): Promise<D[]>;
  count(filter: Filter<D>): Promise<number>;
  insertOne(document: D): Promise<void>;
  /**
   * Adds documents in one command, each by itself: one that cannot be added keeps no other from it.
   * @returns for each whether it was added; false where a unique index forbids it
   */
  insertEach(documents: D[]): Promise<boolean[]>;
  /** Changes one document that matches, in one atomic step. @returns it as it is afterwards, or null */
  findOneAndUpdate(filter: Filter<D>, update: UpdateFilter<D>): Promise<D | null>;
  /**
   * Changes documents in one command, each in an atomic step of its own, whatever becomes of the others.
   * @returns how many of the filters found theirs
   */
  updateEach(updates: { filter: Filter<D>; update: UpdateFilter<D> }[]): Promise<number>;
}

export function collection<D extends { _id: string }>(pool: DocumentPoolRpc, name: string): Collection<D> {
  // The commands are typed over any document; the collection's own type ends at this border.
  type Loose = Filter<Document>;
  const ask = <T>(command: DocumentCommand) => run<T>(pool, command);
  return {
    findOne: (filter, options) =>
      ask({ do: "findOne", in: name, filter: filter as Loose, ...(options && { options }) }),
    find: (filter, options) => ask({ do: "find", in: name, filter: filter as Loose, options }),
    count: (filter) => ask({ do: "count", in: name, filter: filter as Loose }),
    insertOne: (document) => ask({ do: "insertOne", in: name, document }),
    async insertEach(documents) {
      const left = new Set(await ask<number[]>({ do: "insertEach", in: name, documents }));
      return documents.map((_document, index) => !left.has(index));
    },
    updateEach: (updates) => ask({ do: "updateEach", in: name, updates: updates as DocumentUpdate[] }),
    findOneAndUpdate: (filter, update) =>
      ask({
        do: "findOneAndUpdate",
        in: name,
        filter: filter as Loose,
        update: update as UpdateFilter<Document>,
      }),
  };
}

/** Whether the database answers. @throws Unavailable when it does not */
export function ping(pool: DocumentPoolRpc): Promise<boolean> {
  return run(pool, { do: "ping" });
}

async function run<T>(pool: DocumentPoolRpc, command: DocumentCommand): Promise<T> {
  const answer = await pool.run(command).catch((error) => {
    throw new Unavailable("mongodb", error);
  });
  if (answer.ok) return answer.value as T;
  if (answer.kind === "duplicate") throw new DuplicateKey(answer.detail);
  if (answer.kind === "unavailable") throw new Unavailable("mongodb", answer.detail);
  throw new Error(`MongoDB refused: ${answer.detail}`);
}
