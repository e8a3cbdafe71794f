import { pauseMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";

/** A call that was not made, because one before it failed a moment ago. */
export class CircuitOpen extends Error {
  override name = "CircuitOpen";
}

export interface CircuitBreakerOptions {
  clock: Clock;
  /** How long calls fail at once before the next one is made. */
  coolDownMs: number;
  /**
   * Each call that fails after a cool-down doubles the next one up to this, so that a backend that was away for a moment
   * is found again in a moment: `coolDownMs` when absent. A call that never settles is waited for as long.
   */
  longestCoolDownMs?: number;
  /** 0..1: half of each cool-down is drawn, so that isolates that opened together do not ask together. All of it when absent. */
  random?: () => number;
  /** How many failures in a row open it: 1 when absent. */
  threshold?: number;
  /** Whether what a call threw is a failure of the backend, and not an answer of it: always, when absent. */
  isFailure?: (thrown: unknown) => boolean;
  /** Told once for an opening, with the failure, and once for the closing after it. */
  onOpen(failure: unknown): void;
  onClose(): void;
}

/** Makes a call, or refuses to. @throws CircuitOpen, or what the call threw */
export type CircuitBreaker = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * A circuit breaker. Closed: every call is made. Open, after `threshold` failures in a row: none is. Half open, after
 * the cool-down: one call is made, and decides.
 *
 * Not cockatiel's: while its half-open call is out, further ones wait for a promise of that one's request. In workerd a
 * request that waits for another one's promise may hang. Here nobody waits for anybody. For the same reason the
 * half-open call takes a lease and not a flag: a request that is cut off never settles its calls.
 */
export function circuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { clock, coolDownMs, threshold = 1, isFailure = () => true, onOpen, onClose } = options;
  const { longestCoolDownMs = coolDownMs, random = () => 1 } = options;
  const pace = { firstMs: coolDownMs, longestMs: longestCoolDownMs };
  let failuresInARow = 0;
  let coolDowns = 0;
  /** Null while closed; else when the next call may be made. */
  let nextTrialAt: number | null = null;

  function answered(isTrial: boolean): void {
    if (nextTrialAt === null) failuresInARow = 0;
    // A call from before the opening proves nothing about now.
    if (nextTrialAt === null || !isTrial) return;
    nextTrialAt = null;
    failuresInARow = 0;
    coolDowns = 0;
    onClose();
  }

  function failed(failure: unknown, isTrial: boolean): void {
    const wasClosed = nextTrialAt === null;
    failuresInARow += 1;
    if (wasClosed && failuresInARow < threshold) return;
    // Nor does one that has failed since.
    if (!wasClosed && !isTrial) return;
    coolDowns += 1;
    nextTrialAt = clock() + pauseMs(pace, coolDowns, random());
    if (wasClosed) onOpen(failure);
  }

  return async (call) => {
    const isTrial = nextTrialAt !== null;
    if (nextTrialAt !== null) {
      if (clock() < nextTrialAt) throw new CircuitOpen("circuit open");
      nextTrialAt = clock() + longestCoolDownMs;
    }
    try {
      const answer = await call();
      answered(isTrial);
      return answer;
    } catch (thrown) {
      if (isFailure(thrown)) failed(thrown, isTrial);
      else answered(isTrial);
      throw thrown;
    }
  };
}
