import type { SeatReply } from "../wire.ts";

/** What a load generator asks for: the positions in the plan of this event. */
export interface Asked {
  id: number;
  event: number;
  type: "lock" | "release";
  /** The id of the lock. */
  buyer: number;
  seats: number[];
}

/** Enough to see what is wrong; a broken contender makes thousands. */
const MOST_VIOLATIONS = 20;
const FREE = -1;

/**
 * Follows every request of a run from its sending to its answer, and who holds which seat by the answers alone. A seat
 * counts as free from the moment that its release is sent: the next grant may be heard of before the release is.
 */
export class GrantChecker {
  readonly violations: string[] = [];
  granted = 0;
  refused = 0;
  readonly #outstanding = new Map<number, Asked>();
  /** By event: the id of the lock that holds each seat. Of an event that is not here, grants are only counted. */
  readonly #holders: Int32Array[];

  constructor(events: number, seats: number) {
    this.#holders = Array.from({ length: events }, () => new Int32Array(seats).fill(FREE));
  }

  sent(asked: Asked): void {
    if (this.#outstanding.has(asked.id)) this.#violated(`request ${asked.id} was sent twice`);
    this.#outstanding.set(asked.id, asked);
    const holders = this.#holders[asked.event];
    if (holders && asked.type === "release") for (const seat of asked.seats) holders[seat] = FREE;
  }

  /** @returns what the answer belongs to */
  answered({ id, outcome }: SeatReply): Asked | undefined {
    const asked = this.#outstanding.get(id);
    if (!asked) {
      this.#violated(`an answer to ${id}, which was not asked or is answered`);
      return undefined;
    }
    this.#outstanding.delete(id);
    if (outcome === "LOCKED" && asked.type === "lock") this.#grant(asked);
    else if (outcome === "REFUSED" && asked.type === "lock") this.refused++;
    else if (outcome !== "RELEASED" || asked.type !== "release") {
      this.#violated(`${asked.type} ${id} was answered with ${outcome}`);
    }
    return asked;
  }

  #grant({ id, event, seats }: Asked): void {
    this.granted++;
    const holders = this.#holders[event];
    if (!holders) return;
    for (const seat of seats) {
      if (holders[seat] !== FREE) {
        this.#violated(`seat ${seat} of event ${event} was granted to ${id} while ${holders[seat]} holds it`);
      }
      holders[seat] = id;
    }
  }

  /** Nothing more will come. */
  finish(): void {
    for (const { id, type } of this.#outstanding.values()) this.#violated(`${type} ${id} was not answered`);
  }

  /** @param taken the positions that the contender says are taken, once all is answered */
  compare(event: number, taken: readonly number[]): void {
    const said = new Set(taken);
    for (const [seat, holder] of this.#holders[event]!.entries()) {
      if (holder !== FREE && !said.has(seat)) {
        this.#violated(`seat ${seat} of event ${event} was granted to ${holder} and is not taken`);
      } else if (holder === FREE && said.has(seat)) {
        this.#violated(`seat ${seat} of event ${event} is taken and nobody was granted it`);
      }
    }
  }

  #violated(what: string): void {
    if (this.violations.length < MOST_VIOLATIONS) this.violations.push(what);
  }
}
