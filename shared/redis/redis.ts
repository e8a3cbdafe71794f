import { backendGuard } from "../backend-guard.ts";
import type { Clock } from "../clock.ts";
import { Unavailable } from "../errors/problem.ts";
import { describeError, type Logger } from "../observability/log.ts";
import { upstashClient } from "./client.ts";
import type { Command } from "./commands.ts";

/** A call that takes longer is worth less than going without: the stores behind the caches answer in tens of ms. */
const TIMEOUT_MS = 300;
/** How long nothing is asked after a failure: longer than nearly every request, so that one pays one time-out. */
const COOL_DOWN_MS = 2_000;
/** Keeps a request well below the 10 MB that Upstash takes, and its answer within the time-out. */
const MAX_COMMANDS = 100;

/** The answers to a list of commands, in order. */
export type Answers<C extends readonly Command[]> = {
  -readonly [I in keyof C]: C[I] extends Command<infer T> ? T : never;
};

/**
 * Redis, for whom a missing answer is an error. All that is in Redis may be lost at any time, and Redis itself may be
 * missing: most callers want `lossy.ts`.
 */
export interface Redis {
  /** @throws Unavailable when Redis does not answer in time, refuses, or failed a moment ago */
  run<T>(command: Command<T>): Promise<T>;
  /**
   * At most {@link MAX_COMMANDS} commands in one round trip. Not a transaction: others may come in between, and when it
   * fails some may have taken effect.
   * @throws Unavailable likewise
   */
  runAll<const C extends readonly Command[]>(commands: C): Promise<Answers<C>>;
}

export interface RedisVariables {
  UPSTASH_REDIS_REST_URL?: string | undefined;
  UPSTASH_REDIS_REST_TOKEN?: string | undefined;
}

interface RedisOptions {
  clock: Clock;
  logger: Logger;
  /** 0..1 */
  random?: () => number;
  /** Milliseconds for one call. */
  timeoutMs?: number;
}

const known = new WeakMap<object, Redis>();

/**
 * The Redis of a Worker's variables; one that is always Unavailable when they name none. Asked again with the same
 * variables (`environment()` keeps them) it answers the same Redis, so that the circuit breaker's state is the
 * isolate's. No connection is held.
 */
export function redis(variables: RedisVariables, options: RedisOptions): Redis {
  const before = known.get(variables);
  if (before) return before;
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = variables;
  const made = url && token ? upstash(url, token, options) : noRedis;
  known.set(variables, made);
  return made;
}

/** Where no Redis is configured. */
const noRedis: Redis = {
  run: async () => {
    throw new Unavailable("redis", "none is configured");
  },
  runAll: async () => {
    throw new Unavailable("redis", "none is configured");
  },
};

function upstash(url: string, token: string, options: RedisOptions): Redis {
  const { timeoutMs = TIMEOUT_MS, ...told } = options;
  const client = upstashClient(url, token, timeoutMs);
  const guarded = backendGuard({
    ...{ backend: "redis", ...told, describe: withoutCommand },
    // One time-out is one too many for what can do without, and so is an answer that is none.
    ...{ threshold: 1, coolDownMs: COOL_DOWN_MS, longestCoolDownMs: COOL_DOWN_MS, isOutage: () => true },
  });

  async function runAll<const C extends readonly Command[]>(commands: C): Promise<Answers<C>> {
    if (commands.length > MAX_COMMANDS) throw new RangeError(`at most ${MAX_COMMANDS} commands a call`);
    if (commands.length === 0) return [] as unknown as Answers<C>;
    const pipeline = client.pipeline();
    for (const command of commands) command.queue(pipeline);
    try {
      const answers = await guarded(async () => {
        const raw: unknown[] = await pipeline.exec();
        return commands.map((command, i) => command.read(raw[i]));
      });
      return answers as Answers<C>;
    } catch (failure) {
      throw failure instanceof Unavailable ? failure : new Unavailable("redis", withoutCommand(failure));
    }
  }

  return {
    runAll,
    async run<T>(command: Command<T>) {
      const [answer] = await runAll([command]);
      return answer as T;
    },
  };
}

/** The client repeats the command in its message, and with it what was to be stored. */
const withoutCommand = (failure: unknown) => describeError(failure).replace(/, command was: .*/s, "");
