import type { Batch, Operation } from "./operations.ts";

const NONE = new Uint8Array(0);

export function packBatch(operations: readonly Operation[]): Batch {
  const heads: (string | number)[] = [];
  const documents: Uint8Array[] = [];
  let size = 0;
  const add = (kind: Operation["kind"], id: string | number, collection: number, bson: Uint8Array = NONE) => {
    heads.push(kind, id, collection, bson.length);
    documents.push(bson);
    size += bson.length;
  };
  for (const operation of operations) {
    switch (operation.kind) {
      case "put":
        add("put", operation.record, operation.collection, operation.bson);
        break;
      case "remove":
        add("remove", operation.record, 0);
        break;
      case "collection":
        add("collection", 0, operation.collection, operation.bson);
        break;
      case "drop":
        add("drop", 0, operation.collection);
        break;
      case "session":
        add("session", operation.session, 0, operation.bson);
        break;
      case "forget":
        add("forget", operation.session, 0);
        break;
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const document of documents) {
    bytes.set(document, at);
    at += document.length;
  }
  return { heads, bytes };
}

/** What was packed, one after the other; the documents are parts of the batch's memory. */
export function* unpackBatch({ heads, bytes }: Batch): Iterable<Operation> {
  let at = 0;
  for (let n = 0; n < heads.length; n += 4) {
    const [kind, id, collection, length] = heads.slice(n, n + 4) as [
      Operation["kind"],
      string | number,
      number,
      number,
    ];
    const bson = bytes.subarray(at, at + length);
    at += length;
    const [record, session] = [id as number, id as string];
    switch (kind) {
      case "put":
        yield { kind, record, collection, bson };
        break;
      case "remove":
        yield { kind, record };
        break;
      case "collection":
        yield { kind, collection, bson };
        break;
      case "drop":
        yield { kind, collection };
        break;
      case "session":
        yield { kind, session, bson };
        break;
      case "forget":
        yield { kind, session };
        break;
    }
  }
}
