import { expect, it } from "vitest";
import { packBatch, unpackBatch } from "./batch.ts";
import type { Operation } from "./operations.ts";

it("packs every kind of operation, and gives them back in their order", () => {
  // A part of a larger piece of memory, as the encoder makes them, and an empty one.
  const bson = Buffer.from("before the document after").subarray(7, 19);
  const operations: Operation[] = [
    { kind: "put", record: 2 ** 40, collection: 3, bson },
    { kind: "remove", record: 7 },
    { kind: "collection", collection: 4, bson: new Uint8Array(0) },
    { kind: "session", session: '["events","ü"]', bson: Uint8Array.of(1, 2) },
    { kind: "drop", collection: 4 },
    { kind: "forget", session: "s" },
  ];
  const batch = packBatch(operations);
  expect(batch.bytes.buffer.byteLength).toBe(bson.length + 2);
  const plain = (all: Iterable<Operation>) =>
    [...all].map((one) => ("bson" in one ? { ...one, bson: [...one.bson] } : one));
  expect(plain(unpackBatch(batch))).toEqual(plain(operations));
});
