import type { Position } from "#shared/log/topic-log.ts";
import type { Told } from "../core/audit/facts.ts";

/** A booking's end, as a message says it. */
export interface ToldEnd {
  bookingId: string;
  end: keyof Told;
}

/** What the topics say of bookings' ends, for one run: too much for a cursor. Nobody else writes it. */
export interface ToldStore {
  /** Forgets the run before, and begins to read here. */
  begin(positions: Position[]): void;
  /** Where the reading goes on. */
  positions(): Position[];
  /** Keeps what was read, and where the reading goes on, in one step. */
  note(ends: ToldEnd[], positions: Position[]): void;
  /** Those bookings of which something was said. */
  of(bookingIds: string[]): Map<string, Told>;
}
