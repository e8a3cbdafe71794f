/** One run against one contender. */
export interface Job {
  /** Address of the contender, without the event. */
  base: string;
  over: "http" | "websocket";
  /** Opened before the run, and used up one after the other. */
  events: string[];
  /** Of each event. */
  seats: number;
  inFlight: number;
  /** Requests of a message: null for one that is no array. */
  batch: number | null;
  /** Disjoint locks where it is null; else locks at random among so many seats, given back when they were got. */
  hotSeats: number | null;
  /** Locks are sent at this rate whatever their answers take; null: the next one when one is answered. */
  perSecond: number | null;
  /** Whether what is granted is looked at: a no-op grants everything. */
  grants: boolean;
  warmUpMs: number;
  measuredMs: number;
  seed: number;
}

export interface JobResult {
  /** Locks answered in a second, granted or not. */
  locksPerSecond: number;
  grantedPerSecond: number;
  /** From the sending of a lock to its answer, ms. */
  p50: number;
  p99: number;
  /** Locks answered in the measured time. */
  locks: number;
  /** Epoch ms of the answers to all locks, where they were sent at a rate. */
  answeredAt: number[];
  violations: string[];
}

/** The places of a lock, but where a measure says otherwise. */
export const SEATS_PER_LOCK = 4;
