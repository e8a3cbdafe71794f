import type { Clock } from "../../clock.ts";
import type { LogRecord, Position } from "../topic-log.ts";
import { MAX_AT_ONCE } from "./at-once.ts";

/** How many requests one wait makes: an invocation may make 1,000, and a consumer waits some times in one. */
const MAX_POLLS = 80;

/**
 * How long a position has its place at first: what follows a message follows soon. When the first requests have brought
 * nothing, the others are spread over the time that is left.
 */
const QUICK_POLL_MS = 100;
const QUICK_POLLS = MAX_POLLS / 2;

/** Records of a position, waiting for them; none where there are none yet. */
type Read = (position: Position, waitMs: number, signal: AbortSignal) => Promise<LogRecord[]>;

/**
 * Waits for records of any of these positions, up to `waitMs`. The proxy waits at one position a request, and only some
 * requests may be under way: where there are more positions they take turns, so that none waits for another's
 * silence. The first that has records ends the wait of all.
 * @throws what `read` throws, where nothing was found
 */
export async function watch(
  positions: readonly Position[],
  waitMs: number,
  read: Read,
  clock: Clock,
): Promise<LogRecord[]> {
  const deadline = clock() + waitMs;
  const places = Math.min(MAX_AT_ONCE, positions.length);
  const takeTurns = positions.length > places;
  const line = [...positions];
  const over = new AbortController();
  const found: LogRecord[] = [];
  let failure: { error: unknown } | null = null;
  let polls = 0;

  async function place(): Promise<void> {
    while (!over.signal.aborted && polls < MAX_POLLS) {
      const leftMs = deadline - clock();
      const position = line.shift();
      if (leftMs <= 0 || !position) return;
      const spreadMs = polls < QUICK_POLLS ? 0 : Math.ceil((leftMs * places) / (MAX_POLLS - polls));
      const turnMs = Math.max(QUICK_POLL_MS, spreadMs);
      polls += 1;
      const startedAt = clock();
      const pollMs = Math.min(leftMs, takeTurns ? turnMs : leftMs);
      const records = await read(position, pollMs, over.signal);
      line.push(position);
      found.push(...records);
      if (found.length > 0) return over.abort();
      // A proxy that does not wait is not asked without end.
      await pause(Math.min(turnMs, pollMs) - (clock() - startedAt), over.signal);
    }
  }

  const ended = Array.from({ length: places }, () =>
    place().catch((error: unknown) => {
      // Those that are given up fail too.
      if (!over.signal.aborted) failure = { error };
      over.abort();
    }),
  );
  await Promise.all(ended);
  if (found.length === 0 && failure) throw (failure as { error: unknown }).error;
  return found;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
