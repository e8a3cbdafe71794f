import type { Filter, FindOptions, UpdateFilter } from "mongodb";
import { Unavailable } from "#shared/errors/problem.ts";
import type { Document, DocumentCommand, DocumentPoolRpc } from "./rpc.ts";

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
  /** Changes one document that matches, in one atomic step. @returns it as it is afterwards, or null */
  findOneAndUpdate(filter: Filter<D>, update: UpdateFilter<D>): Promise<D | null>;
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
