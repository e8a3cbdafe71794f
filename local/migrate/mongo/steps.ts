import { isDeepStrictEqual } from "node:util";
import { type Db, type IndexDescriptionInfo, MongoServerError } from "mongodb";
import type { MongoCollection, MongoFile, MongoIndex } from "./file.ts";
import type { VersionRecord } from "./records.ts";

/**
 * How a server says that it does not know something: CommandNotFound, CommandNotSupported, NotImplemented.
 * @see https://www.mongodb.com/docs/manual/reference/error-codes/
 */
const NOT_KNOWN = new Set([59, 115, 238]);
const NAMESPACE_EXISTS = 48;
/** IndexOptionsConflict, IndexKeySpecsConflict. */
const CONFLICTS = new Set([85, 86]);
/** Reading a whole collection for what does not pass takes minutes, not longer. */
const CHECK_TIMEOUT_MS = 600_000;
/** As many ids as a person needs to find out what is wrong. */
const NAMED = 3;

/** Options of an index without which it still finds the same documents. */
const DISPENSABLE = ["partialFilterExpression", "expireAfterSeconds"] as const;

/** One thing to do. `run` answers what the server does not know of it, or null. */
export interface Step {
  /** Such as "index due of payments". */
  what: string;
  run(): Promise<string | null>;
}

/**
 * What there is to do until the database is as the file says, in order; nothing is done yet.
 * @param latest the record of the version before, or of this one
 * @throws Error when an index is there under the same name with another definition
 */
export async function stepsTo(
  db: Db,
  { collections }: MongoFile,
  latest: VersionRecord | null,
): Promise<Step[]> {
  // What the server did not know is only recorded once all is there.
  const isLesser = (what: string) => !latest?.appliedAt || latest.notApplied.includes(what);
  const steps: Step[] = [];
  for (const [name, wanted] of Object.entries(collections)) {
    const [found] = await db.listCollections({ name }).toArray();
    const options = (found as { options?: Record<string, unknown> } | undefined)?.options;
    const present = found ? await db.collection(name).listIndexes().toArray() : [];
    steps.push(
      ...validatorSteps(db, name, wanted, options),
      ...dropSteps(db, name, wanted, present),
      ...indexSteps(db, name, wanted, present, isLesser),
    );
  }
  return steps;
}

function validatorSteps(
  db: Db,
  name: string,
  { schema }: MongoCollection,
  options: Record<string, unknown> | undefined,
): Step[] {
  if (!schema) return [];
  const wanted = {
    ...{ validator: { $jsonSchema: schema } },
    ...{ validationLevel: "strict", validationAction: "error" },
  };
  const { validator, validationLevel, validationAction } = options ?? {};
  if (isDeepStrictEqual({ validator, validationLevel, validationAction }, wanted)) return [];
  const what = `validator of ${name}`;
  const change = async () => {
    // Changes nothing, and tells whether the server knows validators.
    await db.command({ collMod: name });
    await assertAllPass(db, name, schema);
    await db.command({ collMod: name, ...wanted });
  };
  return [
    {
      what,
      run: () =>
        unlessUnknown(what, async () => {
          if (options) return change();
          try {
            await db.command({ create: name, ...wanted });
          } catch (error) {
            if (!isCode(error, NAMESPACE_EXISTS)) throw error;
            await change();
          }
        }),
    },
  ];
}

/** A document that does not pass could not be written any more, whatever the write is about. */
async function assertAllPass(db: Db, name: string, schema: Record<string, unknown>): Promise<void> {
  const failing = await db
    .collection(name)
    .find({ $nor: [{ $jsonSchema: schema }] }, { projection: { _id: 1 }, maxTimeMS: CHECK_TIMEOUT_MS })
    .limit(NAMED)
    .toArray();
  if (failing.length === 0) return;
  const ids = failing.map(({ _id }) => String(_id)).join(", ");
  throw new Error(
    `documents of ${name} do not pass its new schema, such as ${ids}: mend them first, or let the schema take them`,
  );
}

function dropSteps(
  db: Db,
  name: string,
  { dropIndexes }: MongoCollection,
  present: IndexDescriptionInfo[],
): Step[] {
  const there = dropIndexes.filter((index) => present.some((one) => one.name === index));
  return there.map((index) => ({
    what: `without index ${index} of ${name}`,
    async run() {
      await db.collection(name).dropIndex(index);
      return null;
    },
  }));
}

function indexSteps(
  db: Db,
  name: string,
  { indexes }: MongoCollection,
  present: IndexDescriptionInfo[],
  isLesser: (what: string) => boolean,
): Step[] {
  const steps: Step[] = [];
  for (const index of indexes) {
    const there = present.find((one) => one.name === index.name);
    if (there && isSame(index, there)) continue;
    // As a server has it that did not know the whole: it is asked again.
    const isPlain = there && isLesser(lossOf(name, index)) && isSame(plain(index), there);
    if (there && !isPlain) throw new Error(conflict(name, index, JSON.stringify(definition(there))));
    steps.push({ what: `index ${index.name} of ${name}`, run: () => createIndex(db, name, index) });
  }
  return steps;
}

async function createIndex(db: Db, name: string, index: MongoIndex): Promise<string | null> {
  const collection = db.collection(name);
  const create = async (one: MongoIndex) => {
    try {
      await collection.createIndexes([one as never]);
    } catch (error) {
      if (error instanceof MongoServerError && CONFLICTS.has(Number(error.code))) {
        throw new Error(conflict(name, index, error.message), { cause: error });
      }
      throw error;
    }
  };
  const lost = lostOf(index);
  if (lost.length === 0) {
    await create(index);
    return null;
  }
  const what = lossOf(name, index);
  return unlessUnknown(
    what,
    () => create(index),
    () => {
      if (!index.unique) return create(plain(index));
      throw new Error(
        `this server does not know ${what}; it is unique, and without that it would refuse what may be`,
      );
    },
  );
}

/** @returns what is lost where the server does not know it, after doing `instead` */
async function unlessUnknown(
  what: string,
  run: () => Promise<unknown>,
  instead?: () => Promise<unknown>,
): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (!(error instanceof MongoServerError && NOT_KNOWN.has(Number(error.code)))) throw error;
    await instead?.();
    return what;
  }
}

const lostOf = (index: MongoIndex) => DISPENSABLE.filter((option) => index[option] !== undefined);
const lossOf = (collection: string, index: MongoIndex) =>
  `${lostOf(index).join(", ")} of index ${index.name} of ${collection}`;
const plain = ({ name, key }: MongoIndex): MongoIndex => ({ name, key });
const isCode = (error: unknown, code: number) => error instanceof MongoServerError && error.code === code;

/** What makes an index what it is. The order of its fields counts, which a comparison of objects would not see. */
function definition(index: Record<string, unknown>) {
  const { key, unique, sparse, partialFilterExpression, expireAfterSeconds } = index;
  const given = { unique: unique || undefined, sparse: sparse || undefined };
  return { key: Object.entries(key as object), ...given, partialFilterExpression, expireAfterSeconds };
}

const isSame = (a: object, b: object) =>
  isDeepStrictEqual(definition(a as Record<string, unknown>), definition(b as Record<string, unknown>));

function conflict(collection: string, { name }: MongoIndex, found: string): string {
  return (
    `index ${name} of ${collection} is another one in the database: ${found}. An index never changes under its name: ` +
    "add one of another name, and in a later version list the old one in dropIndexes"
  );
}
