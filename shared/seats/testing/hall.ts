import { type PackedSeats, setSeatState, statesLength } from "../packed.ts";

const LOCKED = 1;
const RESERVED = 2;

/** Seats of a row. */
const ROW = 40;
/** Nobody asks for more seats side by side here. */
const LARGEST_PARTY = 4;
/** Buyers who choose their seats themselves, wherever they like; the others take what comes next in a row. */
const CHOOSERS = 0.1;
/** Bookings that are not paid for yet. */
const UNPAID = 0.05;

/**
 * A hall in the middle of its sale, as parties of one to four leave it: most sit next to those who came before them, the
 * rows in front fill first, and one in ten sits where they like.
 * @param seed the same one leaves the same hall
 */
export function hallInSale(seats: number, takenShare: number, seed: number): PackedSeats {
  const random = numbers(seed);
  const states = new Uint8Array(statesLength(seats));
  const isTaken = new Uint8Array(seats);
  const rows = Math.floor(seats / ROW);
  const nextIn = new Uint8Array(rows);
  let left = Math.floor(seats * takenShare);
  while (left > 0) {
    const party = 1 + Math.floor(random() * LARGEST_PARTY);
    const state = random() < UNPAID ? LOCKED : RESERVED;
    const row = Math.floor(random() * random() * rows);
    const isChoosing = random() < CHOOSERS;
    const first = isChoosing ? Math.floor(random() * (ROW - party)) : nextIn[row]!;
    if (first + party > ROW) continue;
    if (!isChoosing) nextIn[row] = first + party;
    for (let seat = row * ROW + first; seat < row * ROW + first + party && left > 0; seat++) {
      if (isTaken[seat]) continue;
      isTaken[seat] = 1;
      setSeatState(states, seat, state);
      left--;
    }
  }
  return { eventVersion: 1, planVersion: 1, epoch: 1, seq: 1, free: new Uint32Array(), seats, states };
}

/** In [0, 1): a linear congruential generator, which is random enough for where people sit. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
