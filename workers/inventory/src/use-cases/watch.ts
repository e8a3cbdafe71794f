import { FULL_RELAY_HEADER, RELAY_HEADER } from "#durable-objects/live/headers.ts";
import { Problem, RateLimited, Unavailable } from "#shared/errors/problem.ts";
import type { InventoryDeps } from "./deps.ts";
import { staticHalf } from "./static-half.ts";

/** Relays may have filled up since the map counted; a third one has not. */
const TRIES = 3;

/** When one who has enough connections may try again: some of them may be dead, and are found out by then. */
const ENOUGH_MS = 30_000;

/** Where watchers connect: the objects, by the event. Each answers an upgrade as `Watchers` does. */
export interface Watched {
  map(eventId: string, headers: Record<string, string>): Promise<Response>;
  relay(eventId: string, relay: number): Promise<Response>;
}

/**
 * Connects who wants to watch an event to its map, or to the relay that the map names.
 * @throws Problem EVENT_NOT_FOUND, RATE_LIMITED, or SERVICE_UNAVAILABLE where all are full
 * @throws Unavailable where an object does not answer
 */
export async function watch(deps: InventoryDeps, watched: Watched, eventId: string): Promise<Response> {
  // An id that is no event's shall not make an object.
  await staticHalf(deps, eventId);
  let full: Record<string, string> = {};
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await ask(watched.map(eventId, full));
    const relay = answer.headers.get(RELAY_HEADER);
    if (answer.status !== 307 || !relay) return connected(answer);
    const relayed = await ask(watched.relay(eventId, Number(relay)));
    if (relayed.status !== 503) return connected(relayed);
    full = { [FULL_RELAY_HEADER]: relay };
  }
  throw new Problem("SERVICE_UNAVAILABLE", "As many are watching this event as can");
}

async function ask(answering: Promise<Response>): Promise<Response> {
  try {
    return await answering;
  } catch (error) {
    throw new Unavailable("seat map", error);
  }
}

function connected(answer: Response): Response {
  switch (answer.status) {
    case 101:
      return answer;
    case 404:
      throw new Problem("EVENT_NOT_FOUND", "The seats of this event are not ready yet");
    case 429:
      throw new RateLimited(ENOUGH_MS);
    case 426:
      throw new Problem("UPGRADE_REQUIRED");
    default:
      throw new Problem("SERVICE_UNAVAILABLE", "As many are watching this event as can");
  }
}
