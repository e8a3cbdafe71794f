import { setTimeout as delay } from "node:timers/promises";

/** A probe that hangs must not use up the whole start-up limit: the next one may answer. */
const ATTEMPT_LIMIT_MS = 2_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/**
 * Runs `work` until it settles, the limit is over or `outer` is aborted, whichever is first, even if `work` does
 * not heed the signal that it is given. Rejects with `outer.reason`, or with `tooLate`.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  tooLate: Error,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const ended = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    ended.signal.addEventListener("abort", () => reject(ended.signal.reason));
  });
  const onOuterAbort = () => ended.abort(outer.reason);
  outer.addEventListener("abort", onOuterAbort);
  const timer = setTimeout(() => ended.abort(tooLate), limitMs);
  try {
    return await Promise.race([work(ended.signal), interrupted]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onOuterAbort);
  }
}

/** Calls `probe` until it resolves. Rejects only when `signal` is aborted, with the last failure as the cause. */
export async function pollUntilReady(
  probe: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    try {
      const tooLate = new Error(`the probe did not answer within ${ATTEMPT_LIMIT_MS} ms`);
      return await withTimeLimit(ATTEMPT_LIMIT_MS, tooLate, signal, probe);
    } catch (error) {
      if (signal.aborted) throw error;
      onFailure(error);
    }
    await delay(pauseMs, undefined, { signal });
  }
}
