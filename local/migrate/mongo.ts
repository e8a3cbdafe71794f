import { type Db, MongoClient } from "mongodb";
import { type MongoFile, readMongoFile } from "./mongo/file.ts";
import { Records, serverTime, withLease } from "./mongo/records.ts";
import { stepsTo } from "./mongo/steps.ts";
import type { Outcome } from "./outcome.ts";

/** How long a server, a local one or one far away, may take to be found. */
const FIND_TIMEOUT_MS = 10_000;

/**
 * Brings a service's database up to its file: validators and indexes by collection. Safe to repeat, and to run twice
 * at once: the second waits.
 *
 * A server that speaks MongoDB's protocol may not know what is only a defence or an optimisation. A validator is then
 * left out; a partial index is a plain one, and so is one with a time to live. The outcome says so. A unique index is
 * never made as anything else.
 * @param uri with the database in it; with `dryRun` nothing is changed, and the outcome says what would be
 * @throws when the server does not answer or refuses, when the database has had a later version than the file's, when
 *   the file was changed after it was applied, when an index differs from the one of its name, and when documents do
 *   not pass a new schema
 */
export async function migrateMongo(options: {
  uri: string;
  /** The service's file. @see MongoFile */
  file: string;
  dryRun?: boolean;
}): Promise<Outcome> {
  const file = await readMongoFile(options.file);
  const client = new MongoClient(options.uri, { w: "majority", ...patience(options.uri) });
  try {
    const db = client.db();
    const found = await preview(db, file);
    // Most runs find all there: those need no lease, and wait for nobody's.
    if (options.dryRun || found.applied.length + found.notes.length === 0) return found;
    return await withLease(db, (assertHeld) => apply(db, file, assertHeld));
  } finally {
    await client.close();
  }
}

/** The driver's own 30 s is long for a mistyped host; what the address says of it counts. */
const patience = (uri: string) =>
  /[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: FIND_TIMEOUT_MS };

async function apply(db: Db, file: MongoFile, assertHeld: () => Promise<void>): Promise<Outcome> {
  const records = new Records(db);
  const latest = await records.latest(file);
  const isNew = latest?._id !== file.version || latest.appliedAt === null;
  const steps = await stepsTo(db, file, latest);
  if (isNew) await records.begin(file, await serverTime(db));
  const outcome: Outcome = { applied: [], notes: [] };
  for (const step of steps) {
    await assertHeld();
    const unknown = await step.run();
    if (unknown === null) outcome.applied.push(step.what);
    else outcome.notes.push(unknown);
  }
  await assertHeld();
  if (isNew || steps.length > 0) await records.finish(file, await serverTime(db), outcome.notes);
  if (isNew) outcome.applied.push(`version ${file.version}`);
  return outcome;
}

async function preview(db: Db, file: MongoFile): Promise<Outcome> {
  const latest = await new Records(db).latest(file);
  const steps = await stepsTo(db, file, latest);
  const notes = latest?.notApplied ?? [];
  const applied = steps.map(({ what }) => what).filter((what) => !notes.some((note) => note.endsWith(what)));
  const isThere = latest?._id === file.version && latest.appliedAt !== null;
  return { applied: isThere ? applied : [...applied, `version ${file.version}`], notes };
}
