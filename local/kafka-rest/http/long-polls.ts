import { MAX_WAITING_FETCHES } from "../limits.ts";
import { RestError } from "../rest-error.ts";
import type { RestRequest } from "./request.ts";

/** The requests that wait for records: a limited number, all of them let go when the server closes. */
export class LongPolls {
  readonly #waiting = new Set<() => void>();
  #closing = false;

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Waits until what `subscribe` was given is called, `timeoutMs` is over, the client has gone or the server
   * closes, whichever is first; then calls what `subscribe` returned. Throws 503 when too many wait.
   */
  wait(request: RestRequest, timeoutMs: number, subscribe: (done: () => void) => () => void): Promise<void> {
    if (this.#closing || timeoutMs === 0) return Promise.resolve();
    if (this.#waiting.size >= MAX_WAITING_FETCHES) {
      throw new RestError(503, `at most ${MAX_WAITING_FETCHES} requests may wait for records at once`);
    }
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let unsubscribe: (() => void) | undefined;
      let finished = false;
      const done = () => {
        if (finished) return;
        finished = true;
        clearTimeout(timer);
        this.#waiting.delete(done);
        unsubscribe?.();
        resolve();
      };
      unsubscribe = subscribe(done);
      if (finished) return unsubscribe();
      timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
      request.onClientGone(done);
    });
  }

  /** Lets everyone go, and nobody wait from now on. */
  close(): void {
    this.#closing = true;
    for (const done of [...this.#waiting]) done();
  }
}
