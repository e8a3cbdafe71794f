import type { Envelope } from "#shared/saga/envelope.ts";
import type { Outcome } from "#shared/saga/handlers.ts";

/** Why a message waits. */
export type ParkedBecause = "early" | "rejected" | "unavailable" | "behind";

/**
 * A message that could not be handled yet, durably set aside so that the offset may move on.
 * Parked messages of one key in one topic stay in line; `behind` ones wait for the head of their line.
 */
export interface Parked {
  /** Order of parking; the line of a key is sorted by it. */
  ticket: number;
  because: ParkedBecause;
  attempts: number;
  /** Epoch ms before which it is not tried again. */
  nextAt: number;
  detail: string;
  /** The record it came from. */
  topic: string;
  partition: number;
  offset: number;
  key: string;
  value: string;
}

/** The next offset to read, by the name that {@link placeOf} gives. */
export type Offsets = Map<string, number>;

/** One partition of a topic as one name; a topic's own has no slash. */
export const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * A consumer's own memory. Invariant: `save` is atomic, also where it throws, so that a message is either
 * before the saved offsets and handled or parked, or it will be fetched again.
 */
export interface ConsumerStore {
  /** What was saved, the parked messages by ticket. */
  load(): { offsets: Offsets; parked: Parked[] };
  /** Adds or replaces offsets and parked messages, and forgets those of the tickets in `unparked`. */
  save(change: { offsets: Offsets; parked: Parked[]; unparked: number[] }): void;
}

/** What a consumer of one partition, before several were read by one, has kept. Offsets are by wire topic alone. */
export interface Estate {
  offsets: Map<string, number>;
  parked: Omit<Parked, "partition">[];
}

/**
 * Handles messages of different keys (never two of one key in a batch) and answers each in order.
 * Throwing is allowed: {@link Unavailable} speaks for the whole batch, anything else makes the
 * consumer hand over the messages one by one to find the one that throws.
 */
export type BatchHandler = (batch: Envelope[]) => Promise<Outcome[]>;
