/** Faults that a test asks for. They live in memory: a restart heals them. */

export const FAULT_MODES = [
  "error_before",
  "error_after",
  "disconnect_after",
  "timeout",
  "rate_limit",
] as const;
/**
 * error_before: 500, nothing done, nothing bound to the key; a retry executes.
 * error_after: done, answered 500, and the 500 is what the key replays.
 * disconnect_after: done and bound to the key, but the connection is cut instead of an answer.
 * timeout: nothing done, no answer until the client leaves.
 * rate_limit: 429, nothing done.
 */
export type FaultMode = (typeof FAULT_MODES)[number];

/** `match` is a method and a path, in which `*` stands for one segment; `times` is how often it still strikes. */
export interface Fault {
  match: string;
  mode: FaultMode;
  times: number;
}

export const MAX_FAULTS = 100;
export const MAX_TIMES = 10_000;

export class FaultBook {
  #faults: Fault[] = [];

  /** Adds a fault; false when there are too many. */
  add(fault: Fault): boolean {
    if (this.#faults.length >= MAX_FAULTS) return false;
    this.#faults.push({ ...fault });
    return true;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that strikes this request, used up by one; the oldest that matches. */
  take(method: string, path: string): FaultMode | null {
    const fault = this.#faults.find(({ match }) => fits(match, method, path));
    if (!fault) return null;
    fault.times -= 1;
    if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault);
    return fault.mode;
  }
}

function fits(match: string, method: string, path: string): boolean {
  const [wantedMethod, wantedPath = ""] = match.split(" ");
  if (wantedMethod !== method) return false;
  const wanted = wantedPath.split("/");
  const actual = path.split("/");
  return wanted.length === actual.length && wanted.every((part, i) => part === "*" || part === actual[i]);
}
