import type { Clock } from "#shared/clock.ts";
import type { Log } from "../../shared/log.ts";
import { renderEvent } from "../resources/events.ts";
import type { StoredEvent } from "../storage/event-table.ts";
import type { Store } from "../storage/store.ts";
import { poster } from "./post.ts";
import { signatureHeader } from "./signature.ts";

/** At once under way; a receiver on one machine gains nothing from more. */
const MAX_CONCURRENT = 4;
/** How often the store is asked for attempts that became due. */
const POLL_MS = 250;
/** With the delays below: about 3 hours, where Stripe goes on for 3 days. */
const MAX_ATTEMPTS = 200;
const FIRST_DELAY_MS = 500;
/** Short, so that a receiver that is back on a developer's machine soon hears of what it missed. */
const MAX_DELAY_MS = 60_000;

/** Exponential: 0.5 s, 1 s, 2 s, ... 1 min. `attempts` is how many have failed, at least 1. */
export const defaultBackoffMs = (attempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** (attempts - 1), MAX_DELAY_MS);

export interface WebhookDispatcher {
  /** Looks for work now; cheap when there is none. */
  wake(): void;
  setPaused(paused: boolean): void;
  pendingCount(): number;
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

interface Options {
  store: Store;
  clock: Clock;
  url: string;
  secret: string;
  /** Whether the receiver is told of a type now: an event may have been stored when it was. */
  isWanted: (type: string) => boolean;
  backoffMs: (attempts: number) => number;
  log: Log;
}

/** Delivers every event at least once, oldest first but in no promised order, until a 2xx or too many tries. */
export function startDispatcher(options: Options): WebhookDispatcher {
  const { store, clock, url, secret, isWanted, backoffMs, log } = options;
  const post = poster(url);
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let paused = false;

  function pump(): void {
    if (paused || stopping.signal.aborted || underWay.size >= MAX_CONCURRENT) return;
    // Those under way are still pending in the store, so ask for that many more.
    for (const event of store.events.deliverable(clock(), MAX_CONCURRENT + underWay.size)) {
      if (underWay.size >= MAX_CONCURRENT) return;
      if (underWay.has(event.id)) continue;
      const done = deliver(event)
        .catch((error: unknown) => log("webhook-not-recorded", { id: event.id, error: String(error) }))
        .finally(() => {
          underWay.delete(event.id);
          pump();
        });
      underWay.set(event.id, done);
    }
  }

  async function deliver(event: StoredEvent): Promise<void> {
    const refusal = isWanted(event.type) ? await send(event) : null;
    if (refusal === null) return store.write(() => store.events.markDelivered(event.id));
    if (stopping.signal.aborted) return;
    const attempts = event.attempts + 1;
    const next = attempts >= MAX_ATTEMPTS ? null : clock() + backoffMs(attempts);
    log(next === null ? "webhook-given-up" : "webhook-failed", {
      id: event.id,
      type: event.type,
      attempts,
      refusal,
    });
    return store.write(() => store.events.markFailed(event.id, next));
  }

  /** Null for a 2xx, otherwise what went wrong. */
  async function send(event: StoredEvent): Promise<string | null> {
    const payload = JSON.stringify(renderEvent(event), null, 2);
    const signature = signatureHeader(payload, secret, clock());
    try {
      const status = await post.send(payload, signature, stopping.signal);
      return status >= 200 && status < 300 ? null : `status ${status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  const timer = setInterval(pump, POLL_MS);
  return {
    wake: pump,
    setPaused(value) {
      paused = value;
      pump();
    },
    pendingCount: () => store.events.pendingCount(),
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(underWay.values());
      post.close();
    },
  };
}
