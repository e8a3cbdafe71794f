import type { Identity } from "#shared/auth/roles.ts";
import { LISTS, pageOf } from "#shared/edge/scopes.ts";
import { Problem } from "#shared/errors/problem.ts";
import { isOver, isPublic } from "../core/standing.ts";
import type { EventDocument } from "../repositories/documents.ts";
import type { EventsDeps } from "./deps.ts";
import { cancelled } from "./messages.ts";
import { ownEvent } from "./scope.ts";

/** Changes of others that a cancellation gives way to, before it gives up. */
const MAX_ATTEMPTS = 5;

/**
 * Cancels an event of the caller's, in one write with the message by which its map is closed and its bookings are
 * undone. Idempotent: the first reason stays. A draft's end is told to nobody.
 * @throws Problem EVENT_NOT_FOUND, EVENT_NOT_CHANGEABLE for one that is over
 */
export async function cancelEvent(
  deps: EventsDeps,
  caller: Identity,
  id: string,
  reason: string,
): Promise<EventDocument & { cancellation: NonNullable<EventDocument["cancellation"]> }> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const event = await ownEvent(deps, caller, id);
    if (isCancelled(event)) return event;
    const now = deps.clock();
    if (isOver(event, now)) throw new Problem("EVENT_NOT_CHANGEABLE");
    const cancellation = { reason, cancelledAt: new Date(now) };
    const message = isPublic(event)
      ? cancelled(event, cancellation, { now, traceparent: deps.traceparent })
      : null;
    const written = await deps.store.events.write(event, { status: "CANCELLED", cancellation }, message);
    if (!written || !isCancelled(written)) continue;
    await deps.cache.forget([LISTS, pageOf(id)]);
    return written;
  }
  throw new Problem("EVENT_CHANGED_MEANWHILE");
}

const isCancelled = (
  event: EventDocument,
): event is EventDocument & { cancellation: NonNullable<EventDocument["cancellation"]> } =>
  event.cancellation !== null;
