import { type Random, seeded } from "../../support/random.ts";
import type { Asked } from "./checker.ts";
import { type Job, SEATS_PER_LOCK } from "./job.ts";

/** What is asked next. */
export interface Workload {
  /** The next lock; undefined where all seats were asked for, or all of the only event that will do. */
  next(event: number | undefined): Asked | undefined;
}

export function workloadOf({ events, seats, hotSeats, seed }: Job): Workload {
  return hotSeats === null ? disjoint(events.length, seats) : contended(hotSeats, seeded(seed));
}

/** Each seat once, the seats of a lock side by side. */
function disjoint(events: number, seats: number): Workload {
  const perEvent = Math.floor(seats / SEATS_PER_LOCK);
  let id = 0;
  return {
    next(only) {
      const event = Math.floor(id / perEvent);
      if (event >= events || (only !== undefined && only !== event)) return undefined;
      const first = (id % perEvent) * SEATS_PER_LOCK;
      const lock: Asked = { id, event, type: "lock", buyer: id, seats: [] };
      for (let seat = first; seat < first + SEATS_PER_LOCK; seat++) lock.seats.push(seat);
      id++;
      return lock;
    },
  };
}

/** Seats at random, in the order of the plan: designs that lock rows one by one would else wait for one another for ever. */
function contended(hotSeats: number, random: Random): Workload {
  let id = 0;
  return {
    next() {
      const seats = new Set<number>();
      while (seats.size < SEATS_PER_LOCK) seats.add(Math.floor(random() * hotSeats));
      return { id, event: 0, type: "lock", buyer: id++, seats: [...seats].sort((a, b) => a - b) };
    },
  };
}
