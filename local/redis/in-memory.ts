import { type Clock, systemClock } from "#shared/clock.ts";
import { commandOf, execute } from "./commands/execute.ts";
import type { Executor, Outcome, Words } from "./executor.ts";
import { Keyspace } from "./keyspace/keyspace.ts";
import { SWEEP_INTERVAL_MS } from "./limits.ts";
import { execAbort, RedisError } from "./redis-error.ts";

export interface InMemoryOptions {
  clock?: Clock;
  /** By our own count; beyond it, commands that store are refused. */
  maxMemoryBytes?: number;
}

/** A Redis in this process's memory, which forgets everything with it. Words are texts here: other bytes are not kept. */
export function inMemory({ clock = systemClock, maxMemoryBytes }: InMemoryOptions): Executor {
  const keyspace = new Keyspace(clock);
  const sweep = setInterval(() => keyspace.sweep(), SWEEP_INTERVAL_MS);

  function run(words: Words): Outcome {
    try {
      return { reply: execute(keyspace, words.map(String), maxMemoryBytes) };
    } catch (error) {
      if (error instanceof RedisError) return { error: error.message };
      throw error;
    }
  }

  /** A transaction is refused as a whole for what can be known before it runs. */
  function isKnown(words: Words): boolean {
    try {
      commandOf(words.map(String));
      return true;
    } catch {
      return false;
    }
  }

  return {
    pipeline: async (commands) => commands.map(run),
    async transaction(commands) {
      if (!commands.every(isKnown)) throw execAbort();
      return commands.map(run);
    },
    ping: async () => {},
    close: () => clearInterval(sweep),
  };
}
