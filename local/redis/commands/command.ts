import type { Keyspace } from "../keyspace/keyspace.ts";
import type { RedisError } from "../redis-error.ts";

/** A short word that stands for success, which encodings treat unlike a text. */
export class Status {
  readonly word: string;
  constructor(word: string) {
    this.word = word;
  }
}

export const OK = new Status("OK");

/**
 * What a command answers; `bigint` for an integer of 64 bits. A real server's texts are bytes, and a script's list may
 * hold refusals.
 */
export type Reply = null | number | bigint | string | Buffer | Status | RedisError | Reply[];

export interface Command {
  /** How many arguments it takes, its name not counted: at least, and at most (any number when absent). */
  takes: readonly [min: number, max?: number];
  /** It may store more than there was, so it is refused when memory is full. */
  stores?: boolean;
  /** @throws RedisError */
  run(keyspace: Keyspace, args: string[]): Reply;
}

/** By lower-case name. */
export type Commands = Readonly<Record<string, Command>>;
