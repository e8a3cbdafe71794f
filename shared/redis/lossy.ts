import { Unavailable } from "../errors/problem.ts";
import type { Command } from "./commands.ts";
import type { Redis } from "./redis.ts";

/** The answers to a list of commands, in order; or, together, what stands for each where Redis is missing. */
export type LossyAnswers<C extends readonly Command[]> = {
  -readonly [I in keyof C]: C[I] extends Command<infer T, infer M> ? T | M : never;
};

/** Redis for what one can go without: where it is missing, reads find nothing and writes do nothing. */
export interface LossyRedis {
  run<T, M>(command: Command<T, M>): Promise<T | M>;
  /** As {@link Redis.runAll}; when it fails, each command counts as missed. */
  runAll<const C extends readonly Command[]>(commands: C): Promise<LossyAnswers<C>>;
}

/** The same Redis, with which nothing fails. An outage is logged once, by the circuit breaker that it opens. */
export function lossy(redis: Redis): LossyRedis {
  return {
    run: (command) => redis.run(command).catch((error) => orElse(error, command.missed)),
    runAll: async <const C extends readonly Command[]>(commands: C) => {
      try {
        return (await redis.runAll(commands)) as LossyAnswers<C>;
      } catch (error) {
        return orElse(error, commands.map(({ missed }) => missed) as LossyAnswers<C>);
      }
    },
  };
}

function orElse<M>(error: unknown, missed: M): M {
  if (error instanceof Unavailable) return missed;
  throw error;
}
