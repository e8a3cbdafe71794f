import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";

/** Where a database keeps which versions were applied to it; no service's collection has this name. */
export const RECORDS = "migrations";

const name = z.string().regex(/^[a-z][a-z0-9_]*$/);
const anyObject = z.record(z.string(), z.unknown());

const index = z.strictObject({
  name,
  key: z.record(z.string(), z.union([z.literal(1), z.literal(-1)])),
  unique: z.literal(true).optional(),
  partialFilterExpression: anyObject.optional(),
  /** Seconds after the field's date from which on a document is forgotten. */
  expireAfterSeconds: z.int().min(0).optional(),
});

const collection = z
  .strictObject({
    /** MongoDB's `$jsonSchema`, which every write has to pass. */
    schema: anyObject.optional(),
    indexes: z.array(index).default([]),
    /** Names of indexes of earlier versions. */
    dropIndexes: z.array(name).default([]),
  })
  .refine(({ indexes, dropIndexes }) => {
    const names = [...indexes.map((one) => one.name), ...dropIndexes];
    return new Set(names).size === names.length;
  }, "an index is named twice");

const file = z.strictObject({
  /** Counts the changes of the file that were released: 1, 2, 3, ... */
  version: z.int().min(1),
  collections: z
    .record(name, collection)
    .refine((all) => !Object.hasOwn(all, RECORDS), `${RECORDS} is where the versions are kept`),
});

export type MongoIndex = z.infer<typeof index>;
export type MongoCollection = z.infer<typeof collection>;

/** What a service's database is to be. */
export type MongoFile = z.infer<typeof file> & {
  path: string;
  /** Of what it says: how it is laid out does not count. */
  sha256: string;
};

/** Reads a service's file. @throws Error naming the file, and the place in it that is wrong */
export async function readMongoFile(path: string): Promise<MongoFile> {
  const text = await readFile(path, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
  const read = file.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${path}: ${issue?.path.join(".") || "the file"}: ${issue?.message}`);
  }
  const sha256 = createHash("sha256").update(JSON.stringify(json)).digest("hex");
  return { ...read.data, path, sha256 };
}
