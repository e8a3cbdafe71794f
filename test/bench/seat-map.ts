import { pathToFileURL } from "node:url";
import type { LockCommand, SeatPlan } from "#durable-objects/seat-map/rpc.ts";
import type { SeatMapDeps } from "#durable-objects/seat-map/service/deps.ts";
import { SeatMapService } from "#durable-objects/seat-map/service/seat-map-service.ts";
import { SqliteStorage } from "#durable-objects/seat-map/storage/sqlite.ts";
import { nodeSqlite } from "#durable-objects/seat-map/testing/node-sqlite.ts";
import { collectGarbage } from "./garbage.ts";

/**
 * What a SeatMap costs by itself: in this process, over SQLite in memory, with nobody behind its outbox and its archive.
 * No fsync, no RPC, no network: CPU alone. Times are microseconds or milliseconds, as their names say.
 */

const SEATS_PER_LOCK = 4;
const LOCK_TTL_MS = 300_000;
/** Commands of the largest call. */
const MAX_BATCH = 256;
/**
 * Locks that are made ready, counted, and given back: the smallest hall has 250. Twice as many entries do not divide those
 * between two snapshots, so that some snapshots fall into what is counted.
 */
const LOCKS_COUNTED = 240;

/** A hall with seat ids as those of a real plan. */
export function hall(places: number): SeatPlan {
  const seatIds = Array.from({ length: places }, (_, n) => `s${Math.floor(n / 50)}-r${n % 50}-${n}`);
  return { eventId: "evnt_bench", planVersion: 1, seatIds, generalAdmission: [], decisionsKeptUntil: 4e12 };
}

/** A booking's lock of the `n`th four seats of a plan. */
export function lockOf(plan: SeatPlan, n: number): LockCommand {
  const id = `bkg_0197f3a2-7c1e-7a10-8000-${n.toString(16).padStart(12, "0")}`;
  const first = (n * SEATS_PER_LOCK) % plan.seatIds.length;
  return {
    type: "lock",
    owner: { kind: "booking", id, userId: `usr_0197f3a2-7c1e-7a10-9000-${n.toString(16).padStart(12, "0")}` },
    seatIds: plan.seatIds.slice(first, first + SEATS_PER_LOCK),
    generalAdmission: [],
  };
}

/** A SeatMap over a storage of its own that can wake again, with a clock to set. */
export function machine({ fsync = () => Promise.resolve(), handle = nodeSqlite() } = {}) {
  const seen = { now: 1_800_000_000_000, answers: 0, flushes: 0, handle };
  const deps = (): SeatMapDeps => ({
    storage: new SqliteStorage(handle),
    clock: () => seen.now,
    random: () => 0.5,
    lockTtlMs: LOCK_TTL_MS,
    publish: async (answers) => {
      seen.answers += answers.length;
    },
    archive: async () => {},
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    synced: () => {
      seen.flushes += 1;
      return fsync();
    },
    abort: (error) => {
      throw error;
    },
    setAlarm: () => {},
    log: () => {},
  });
  return { seen, wake: () => new SeatMapService(deps()) };
}

export interface LockCost {
  places: number;
  batch: number;
  locks: number;
  cpuMicrosPerLock: number;
  flushesPerLock: number;
}

/**
 * CPU of this process for each granted lock of four named seats, with its log, its outbox and its share of snapshots. All
 * locks are of one map, and some at a time are given back, which is not counted. So a small hall and a large one have the
 * same history, decisions, snapshots and all, and differ in nothing but how many seats there are.
 */
export async function lockCost(options: {
  places: number;
  /** Commands in a call. */
  batch: number;
  /** Calls under way at one time. */
  inFlight: number;
  locks: number;
}): Promise<LockCost> {
  const { places, batch, inFlight, locks } = options;
  const plan = hall(places);
  const { seen, wake } = machine();
  const map = wake();
  await map.open(plan);
  // What opening a hall leaves would else be collected while its locks are counted.
  collectGarbage();
  const spent = { cpu: 0, flushes: 0 };
  for (let from = 0; from < locks; from += LOCKS_COUNTED) {
    const commands = Array.from({ length: Math.min(LOCKS_COUNTED, locks - from) }, (_, n) =>
      lockOf(plan, from + n),
    );
    const [begun, before] = [process.cpuUsage(), seen.flushes];
    await inParallel(commands, batch, inFlight, (some) => granted(map, some));
    await map.poke();
    const { user, system } = process.cpuUsage(begun);
    spent.cpu += user + system;
    spent.flushes += seen.flushes - before;
    const releases = commands.map(({ owner }) => ({ type: "release", owner, reason: "emptied" }) as const);
    await inParallel(releases, MAX_BATCH, 1, (some) => map.apply(some));
    await map.poke();
  }
  if (seen.answers < locks) throw new Error("an answer was not handed on");
  return { places, batch, locks, cpuMicrosPerLock: spent.cpu / locks, flushesPerLock: spent.flushes / locks };
}

async function granted(map: SeatMapService, commands: LockCommand[]): Promise<void> {
  const results = await map.apply(commands);
  if (results.some(({ outcome }) => outcome !== "LOCKED")) throw new Error("a lock was not granted");
}

/** Hands all on in batches, so many at a time. */
async function inParallel<T>(
  all: readonly T[],
  batch: number,
  inFlight: number,
  work: (some: T[]) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < all.length) {
      next += batch;
      await work(all.slice(next - batch, next));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
}

export interface WakeCost {
  places: number;
  decisions: number;
  ms: number;
}

/** A storage as a map leaves it: so many decisions sold, so many still held, four seats each. */
export async function soldMap(places: number, sold: number, held: number) {
  const it = machine();
  const plan = hall(places);
  const map = it.wake();
  await map.open(plan);
  for (let n = 0; n < sold + held; n += 256) {
    const size = Math.min(256, sold + held - n);
    const locks = Array.from({ length: size }, (_, k) => lockOf(plan, n + k));
    await map.apply(locks);
    const confirms = locks.slice(0, Math.max(0, sold - n));
    await map.apply(confirms.map(({ owner }) => ({ type: "confirm", owner })));
    await map.poke();
  }
  await map.poke();
  return { ...it, plan, map };
}

/** Median CPU of a wake, and of its first lock's judgement, of a map that was left so. */
export async function wakeCost(places: number, sold: number, held: number, repeats = 7): Promise<WakeCost> {
  const { seen, wake } = await soldMap(places, sold, held);
  seen.now += 1;
  const times: number[] = [];
  let decisions = 0;
  for (let n = 0; n < repeats; n++) {
    const begun = process.cpuUsage();
    const map = wake();
    const used = process.cpuUsage(begun);
    times.push((used.user + used.system) / 1_000);
    decisions = (await map.head()).decisions;
  }
  return { places, decisions, ms: times.sort((a, b) => a - b)[repeats >> 1]! };
}

async function main(): Promise<void> {
  const only = process.argv[2];
  if (!only || only === "lock") {
    for (const places of [1_000, 100_000])
      for (const [batch, inFlight] of [
        [1, 1],
        [1, 64],
        [64, 1],
        [256, 1],
      ] as const) {
        await lockCost({ places, batch, inFlight, locks: 5_000 });
        console.log({ inFlight, ...(await lockCost({ places, batch, inFlight, locks: 25_000 })) });
      }
  }
  if (!only || only === "wake") {
    console.log(await wakeCost(100_000, 0, 0));
    console.log(await wakeCost(100_000, 12_500, 5_000));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
