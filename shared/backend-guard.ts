import { CircuitOpen, circuitBreaker } from "./circuit-breaker.ts";
import { type Clock, systemClock } from "./clock.ts";
import { Unavailable } from "./errors/problem.ts";
import { describeError, type Logger } from "./observability/log.ts";

/**
 * One call may be unlucky, and a backend that starts again fails those that were under way: this many in a row, of all
 * who ask in this isolate, are an outage.
 */
const THRESHOLD = 5;
/**
 * How long nobody asks then: a moment at first, so that who was away for a moment is found again in a moment, and at last
 * as long as the time-outs are that each call would pay otherwise.
 */
const COOL_DOWN_MS = 200;
const LONGEST_COOL_DOWN_MS = 5_000;

/** Makes a call to the backend. @throws Unavailable at once where the backend is known to be out; what the call throws */
export type BackendGuard = <T>(call: () => Promise<T>) => Promise<T>;

export interface BackendGuardOptions {
  /** Its name in `Unavailable`, in the log and in /health. */
  backend: string;
  logger: Logger;
  clock?: Clock;
  /** 0..1 */
  random?: () => number;
  threshold?: number;
  coolDownMs?: number;
  longestCoolDownMs?: number;
  /**
   * Whether what a call threw says that the backend is out: an {@link Unavailable}, when absent. A refusal never does, a
   * unique violation, a 4xx or a declined card: it is an answer.
   */
  isOutage?: (thrown: unknown) => boolean;
  /** How to say in the log what was thrown. */
  describe?: (thrown: unknown) => string;
}

/**
 * A backend behind a circuit breaker, for all of them alike: the log has one line when it opens and one when it closes,
 * and who asks meanwhile hears `Unavailable` at once, which is a 503 for a request and "wait" for a consumer. A check of
 * health goes round it: it asks how the backend is, not how the breaker is.
 *
 * Its state is in memory, and that of whoever keeps the guard: see {@link sharedGuard}.
 */
export function backendGuard(options: BackendGuardOptions): BackendGuard {
  const { backend, logger, clock = systemClock, describe = describeOutage } = options;
  let openedAt = 0;
  const breaker = circuitBreaker({
    clock,
    random: options.random ?? Math.random,
    threshold: options.threshold ?? THRESHOLD,
    coolDownMs: options.coolDownMs ?? COOL_DOWN_MS,
    longestCoolDownMs: options.longestCoolDownMs ?? LONGEST_COOL_DOWN_MS,
    isFailure: options.isOutage ?? ((thrown) => thrown instanceof Unavailable),
    onOpen(failure) {
      openedAt = clock();
      logger.warn(`${backend} is unavailable`, { error: describe(failure) });
    },
    onClose: () => logger.info(`${backend} answers again`, { afterMs: clock() - openedAt }),
  });
  return (call) =>
    breaker(call).catch((thrown) => {
      throw thrown instanceof CircuitOpen ? new Unavailable(backend, thrown) : thrown;
    });
}

function describeOutage(thrown: unknown): string {
  const isWrapped = thrown instanceof Unavailable && thrown.cause !== undefined;
  return describeError(isWrapped ? thrown.cause : thrown);
}

/** More than one address for one backend is for tests and tools. */
const MAX_SHARED = 100;
const shared = new Map<string, BackendGuard>();

/**
 * The isolate's guard for the backend at an address: what one request, or one object, has found out the others need not.
 * Another isolate, and there are many, finds it out for itself. Whoever asks first decides about clock and log.
 */
export function sharedGuard(address: string, options: BackendGuardOptions): BackendGuard {
  const key = `${options.backend} ${address}`;
  const known = shared.get(key);
  if (known) return known;
  const made = backendGuard(options);
  if (shared.size >= MAX_SHARED) shared.clear();
  shared.set(key, made);
  return made;
}
