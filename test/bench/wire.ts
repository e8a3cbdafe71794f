/**
 * What every contender is asked and answers, as JSON: over HTTP one request a POST, over a WebSocket one a message or an
 * array of them. Addresses are `/<contender>/<event>`: PUT opens the event, GET tells which seats are taken, DELETE ends it.
 */
export interface SeatRequest {
  /** Answers come back with it; unique in a run. */
  id: number;
  type: "lock" | "release";
  /** Each lock has a buyer of its own; a release names that of its lock. */
  buyer: string;
  seats: string[];
}

export interface SeatReply {
  id: number;
  outcome: "LOCKED" | "REFUSED" | "RELEASED" | "FAILED";
}

/** Locks outlive every run, so that nothing expires while something else is measured. */
export const LOCK_TTL_MS = 3_600_000;

const SEATS_PER_ROW = 40;
const SEATS_PER_SECTION = 1_000;

/** The id of the seat at this position of the plan, such as "12-R3-17". */
export function seatId(position: number): string {
  const inSection = position % SEATS_PER_SECTION;
  const row = Math.floor(inSection / SEATS_PER_ROW) + 1;
  return `${Math.floor(position / SEATS_PER_SECTION) + 1}-R${row}-${(inSection % SEATS_PER_ROW) + 1}`;
}
