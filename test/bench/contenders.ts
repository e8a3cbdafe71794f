import { setTimeout as delay } from "node:timers/promises";
import { Skipped } from "./failures.ts";
import { type Job, type JobResult, SEATS_PER_LOCK } from "./load/job.ts";
import type { Rig } from "./rig/rig.ts";

const IN_WORKERD = ["no-op", "seat-map", "commit-each"] as const;
export const PEERS = ["p1", "p1p", "p2", "p3"] as const;

export type Peer = (typeof PEERS)[number];
export type Contender = (typeof IN_WORKERD)[number] | Peer;

export const NAMES: Record<Contender, string> = {
  "no-op": "no-op call",
  "seat-map": "SeatMap",
  "commit-each": "commit each",
  p1: "P1",
  p1p: "P1p",
  p2: "P2",
  p3: "P3",
};

/** Connections of a peer to each of its servers. */
export type Pools = Readonly<Record<Peer, number>>;

/** What a run asks of a contender. */
export interface Load {
  over: Job["over"];
  inFlight: number;
  batch?: number;
  /** Locks at random among so many seats; disjoint ones if left out. */
  hotSeats?: number;
  /**
   * Between the opening and the first lock: what opening a large event leaves to be collected, written and analysed, of
   * whatever contender, is over by then. None, if left out.
   */
  settleMs?: number;
  warmUpMs: number;
  measuredMs: number;
  /** So many are sent in a second, whatever the answers take; if left out, the next one when one is answered. */
  perSecond?: number;
  /** Of each event: as many as a plan may have, if left out. */
  seatsEach?: number;
  /** More than any contender locks in a second: so many seats are laid out. */
  mostPerSecond: number;
  seed: number;
}

/** Locks a second that no peer with rows in PostgreSQL comes near: rows take their time to be made. */
const MOST_ROWS_LOCKED = 8_000;

/** As large as a plan may be. */
const MOST_SEATS = 100_000;

const isPeer = (contender: Contender): contender is Peer => PEERS.includes(contender as Peer);

const hasRows = (contender: Contender): boolean => isPeer(contender) && contender !== "p3";

/** Whether its servers are here. @returns why not, or nothing */
export function lacks(rig: Rig, contender: Contender): string | undefined {
  return isPeer(contender) && contender !== "p2" ? rig.peers.withoutRedis : undefined;
}

/** What else is done in a run, with the address of its first event. */
interface During {
  /** The event is open. */
  begins?: (event: string) => Promise<void>;
  /** All is answered. */
  ends?: (event: string, result: JobResult) => Promise<void>;
}

let runs = 0;

/**
 * Opens events, asks the contender for their seats for a while, checks every answer and what it says is taken, and ends the
 * events: nothing is left that could wake.
 * @throws Violation where an answer was wrong or lacking
 */
export async function compete(
  rig: Rig,
  contender: Contender,
  pools: Pools,
  load: Load,
  during: During = {},
): Promise<JobResult> {
  const why = lacks(rig, contender);
  if (why) throw new Skipped(why);
  const {
    over,
    inFlight,
    batch = null,
    hotSeats = null,
    perSecond = null,
    settleMs = 0,
    warmUpMs,
    measuredMs,
    seed,
  } = load;
  const { seats, events } = laidOut(contender, load);
  const base = isPeer(contender)
    ? `${rig.peers.front.url}/${contender}@${pools[contender]}`
    : `${rig.workerd.url}/${contender}`;
  for (const event of events) await administer("PUT", `${base}/${event}/${seats}`);
  try {
    const grants = contender === "seat-map" || isPeer(contender);
    const job: Job = {
      ...{ base, over, events, seats, inFlight, batch, hotSeats, perSecond, grants },
      ...{ warmUpMs, measuredMs, seed },
    };
    await during.begins?.(`${base}/${events[0]}`);
    await delay(settleMs);
    const result = await rig.load.run(NAMES[contender], job);
    await during.ends?.(`${base}/${events[0]}`, result);
    return result;
  } finally {
    for (const event of events) await administer("DELETE", `${base}/${event}`);
  }
}

/** Enough seats that they do not run out, in events that have as many as they may. */
function laidOut(contender: Contender, load: Load): { seats: number; events: string[] } {
  const { hotSeats, seatsEach = MOST_SEATS } = load;
  const perSecond = hasRows(contender) ? Math.min(MOST_ROWS_LOCKED, load.mostPerSecond) : load.mostPerSecond;
  const wanted = hotSeats ?? (perSecond * SEATS_PER_LOCK * (load.warmUpMs + load.measuredMs)) / 1000;
  const seats = Math.min(seatsEach, wanted);
  return { seats, events: Array.from({ length: Math.ceil(wanted / seats) }, () => `event-${runs++}`) };
}

async function administer(method: string, url: string): Promise<void> {
  const response = await fetch(url, { method });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
}
