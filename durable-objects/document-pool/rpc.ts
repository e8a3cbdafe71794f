import type { Filter, FindOptions, UpdateFilter } from "mongodb";

export type Document = { _id: string } & Record<string, unknown>;

/** A change of one document that matches. */
export interface DocumentUpdate {
  filter: Filter<Document>;
  update: UpdateFilter<Document>;
}

/** One thing to do in one collection. Values are what structured clone and BSON both carry. */
export type DocumentCommand =
  | { do: "findOne"; in: string; filter: Filter<Document>; options?: FindOptions }
  | { do: "find"; in: string; filter: Filter<Document>; options: FindOptions & { limit: number } }
  | { do: "count"; in: string; filter: Filter<Document> }
  | { do: "insertOne"; in: string; document: Document }
  | { do: "findOneAndUpdate"; in: string; filter: Filter<Document>; update: UpdateFilter<Document> }
  | { do: "insertEach"; in: string; documents: Document[] }
  | { do: "updateEach"; in: string; updates: DocumentUpdate[] }
  | { do: "ping" };

/** Errors cross an RPC without their class, so an answer says in its value what went wrong. */
export type DocumentAnswer =
  | { ok: true; value: unknown }
  | { ok: false; kind: "duplicate" | "unavailable" | "refused"; detail: string };

/** What a service asks of its pool object. */
export interface DocumentPoolRpc {
  run(command: DocumentCommand): Promise<DocumentAnswer>;
}
