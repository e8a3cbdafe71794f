import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Db, MongoServerError } from "mongodb";
import { type MongoFile, RECORDS } from "./file.ts";

/** A migrator that died is waited for no longer than this; one that lives says so three times within it. */
const LEASE_MS = 30_000;
/** How long a second migrator waits for the first. */
const LEASE_WAIT_MS = 120_000;
const POLL_MS = 200;
const DUPLICATE_KEY = 11_000;

/** One version of a service's file, as it was applied. */
export interface VersionRecord {
  _id: number;
  sha256: string;
  begunAt: Date;
  /** Null until all of it is there. */
  appliedAt: Date | null;
  /** What the server does not know. */
  notApplied: string[];
}

interface Lease {
  _id: "lease";
  owner: string;
  until: Date;
}

/** What a database says of its versions. Only a migrator that holds the lease writes. */
export class Records {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get #versions() {
    return this.#db.collection<VersionRecord>(RECORDS);
  }

  /**
   * The record of the latest version, which is the file's own or an earlier one; null where there is none.
   * @throws Error when the database has had a later version, or this version with other words
   */
  async latest(file: MongoFile): Promise<VersionRecord | null> {
    const [latest] = await this.#versions
      .find({ _id: { $type: "number" } as never })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    // Also one that was only begun: half of it may be there.
    if (latest && latest._id > file.version) {
      throw new Error(
        `the database is at version ${latest._id}, and ${file.path} only knows version ${file.version}: this checkout is older than the database. Take the one that migrated it, or a later one`,
      );
    }
    if (latest?._id === file.version && latest.appliedAt && latest.sha256 !== file.sha256) {
      throw new Error(
        `${file.path} was changed after its version ${file.version} was applied; make it version ${file.version + 1} instead`,
      );
    }
    return latest ?? null;
  }

  /** Before anything is changed: from here on an older checkout is refused. */
  async begin({ version, sha256 }: MongoFile, now: Date): Promise<void> {
    const begun = { sha256, begunAt: now, appliedAt: null, notApplied: [] };
    await this.#versions.updateOne({ _id: version }, { $set: begun }, { upsert: true });
  }

  async finish({ version }: MongoFile, now: Date, notApplied: string[]): Promise<void> {
    await this.#versions.updateOne({ _id: version }, { $set: { appliedAt: now, notApplied } });
  }
}

/**
 * Runs `work` while no other migrator does: one document with an owner and an end, which is renewed meanwhile. A
 * migrator that died is waited for until its lease ends. Time is the server's, so that clocks do not matter.
 * @param work what it is given rejects once the lease is lost, and is called before each step
 * @throws Error when another migrator goes on for too long
 */
export async function withLease<T>(
  db: Db,
  work: (assertHeld: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const leases = db.collection<Lease>(RECORDS);
  const owner = randomUUID();
  const until = async () => new Date((await serverTime(db)).getTime() + LEASE_MS);
  await acquire(db, owner);
  const renew = async () => {
    const renewed = await leases.findOneAndUpdate(
      { _id: "lease", owner },
      { $set: { until: await until() } },
    );
    if (!renewed) throw new Error("another migration has taken over; run this one again");
  };
  // During one long step; before each, it has to succeed.
  const renewing = setInterval(() => void renew().catch(() => undefined), LEASE_MS / 3);
  try {
    return await work(renew);
  } finally {
    clearInterval(renewing);
    await leases.deleteOne({ _id: "lease", owner });
  }
}

async function acquire(db: Db, owner: string): Promise<void> {
  const leases = db.collection<Lease>(RECORDS);
  const deadline = performance.now() + LEASE_WAIT_MS;
  for (;;) {
    const now = await serverTime(db);
    try {
      // Where somebody has it, nothing matches, and what would be inserted is there already.
      await leases.findOneAndUpdate(
        { _id: "lease", until: { $lte: now } },
        { $set: { owner, until: new Date(now.getTime() + LEASE_MS) } },
        { upsert: true },
      );
      return;
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    }
    if (performance.now() > deadline) {
      throw new Error(`another migration has been at work for ${LEASE_WAIT_MS / 1_000} s; try again later`);
    }
    await delay(POLL_MS);
  }
}

/** @see https://www.mongodb.com/docs/manual/reference/command/hello/ `localTime` */
export async function serverTime(db: Db): Promise<Date> {
  return (await db.command({ hello: 1 })).localTime as Date;
}
