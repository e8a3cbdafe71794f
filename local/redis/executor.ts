import type { Reply } from "./commands/command.ts";

/** A text, or bytes that are none. */
export type Word = string | Buffer;

/** A command with its arguments, in words: `["SET", "key", "text"]`. */
export type Words = readonly Word[];

/** What came of a command: its answer, or the text of its refusal. */
export type Outcome = { reply: Reply } | { error: string };

/** Who carries commands out for the HTTP side: the keyspace in memory, or a Redis server. */
export interface Executor {
  /**
   * Runs commands in order, in one round trip; others' may come in between. An outcome for each.
   * @throws Away
   */
  pipeline(commands: readonly Words[]): Promise<Outcome[]>;
  /**
   * The same with nothing in between.
   * @throws RedisError when it is refused as a whole, and nothing was done
   * @throws Away
   */
  transaction(commands: readonly Words[]): Promise<Outcome[]>;
  /** Resolves when it answers. @throws Away */
  ping(): Promise<void>;
  close(): void;
}
