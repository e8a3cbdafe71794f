import type { OutboxRow } from "#shared/postgres/relay.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import type { Advance } from "../core/advance.ts";
import type { BookingTables } from "./memory-tables.ts";

/**
 * The statement of `repositories/apply-steps.ts`, in memory: a step is written if its event is new and its booking is
 * as it was read, and all that is written is written together.
 */
export function applyInMemory(tables: BookingTables, steps: Advance[]): Map<string, OutboxRow[]> {
  const { bookings, inbox } = tables;
  if (new Set(steps.map(({ next }) => next.id)).size < steps.length) {
    throw new Error("two steps of one booking in one batch");
  }
  const events = new Set<string>();
  const moved = steps.filter(({ signal: { eventId }, from, next }) => {
    const isNew = !inbox.has(eventId) && !events.has(eventId);
    const now = bookings.get(next.id);
    const isAsRead = now?.updatedAt === from.updatedAt && now.eventVersion === from.eventVersion;
    if (isNew && isAsRead) events.add(eventId);
    return isNew && isAsRead;
  });
  // What can fail comes first: all is written, or nothing.
  for (const step of moved) checkTickets(tables, step);
  return new Map(moved.map((step) => [step.signal.eventId, write(tables, structuredClone(step))]));
}

function checkTickets({ tickets }: BookingTables, { next, tickets: added }: Advance): void {
  const places = [...(tickets.get(next.id) ?? []), ...added].map(({ placeId }) => placeId);
  if (new Set(places).size < places.length) throw new Error(`a second ticket for a place of ${next.id}`);
}

function write(tables: BookingTables, { signal, next, step, tickets, emits }: Advance): OutboxRow[] {
  const { id } = next;
  const before = tables.bookings.get(id)!;
  // Only what a step decides: what the booking carries of its event may have changed since it was read.
  const { state, failureReason, failureDetail, cancellation, seatIds, paymentMethodToken, paymentId } = next;
  const { seatsClear, moneyClear, deadlineAt, deadlinesPassed, reminders } = next;
  tables.bookings.set(id, {
    ...before,
    ...{ state, failureReason, failureDetail, cancellation, seatIds, paymentMethodToken, paymentId },
    ...{ seatsClear, moneyClear, deadlineAt, deadlinesPassed, reminders },
    updatedAt: Math.max(step.at, before.updatedAt + 1),
  });
  tables.inbox.set(signal.eventId, step.at);
  tables.steps.set(id, [...(tables.steps.get(id) ?? []), { ...step, state }]);
  if (tickets.length > 0) tables.tickets.set(id, [...(tables.tickets.get(id) ?? []), ...tickets]);
  return tables.outbox.add(emits.map(toMessage), step.at);
}
