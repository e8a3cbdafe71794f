import { newId } from "#shared/ids/id.ts";
import { traceOfBooking } from "#shared/observability/trace.ts";
import { BOOKING_MACHINE, STATUS_OF } from "#shared/saga/declaration.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import {
  type Booking,
  type BookingLine,
  type BookingStep,
  type Cancellation,
  isTooLateToCancel,
} from "./booking.ts";
import { isOverdue, MAX_UNDO_REMINDERS, nextDeadline } from "./deadlines.ts";
import type { Signal } from "./input.ts";
import { CLEARED_BY, payloadOf } from "./payloads.ts";

/** A booking's next state with everything that must be written in the same step. */
export interface Advance {
  kind: "advance";
  signal: Signal;
  /** The booking as it was read: the step is void if it has changed since. */
  from: Booking;
  next: Booking;
  emits: Envelope[];
  step: BookingStep;
  /** One a place, once the booking is confirmed. */
  tickets: { id: string; placeId: string }[];
}

export type Decision = Advance | { kind: "early" } | { kind: "ignore" };

/**
 * What a signal does to a booking: the declared rule, applied. The same booking, signal and time give
 * the same state and the same messages with the same ids.
 * @param lines what was booked: some messages tell of it
 */
export function advance(
  booking: Booking,
  lines: readonly BookingLine[],
  signal: Signal,
  now: number,
): Decision {
  // It has moved since the sweeper found it overdue, and has a later deadline by now.
  if (signal.input === "deadline" && !isOverdue(booking, now)) return { kind: "ignore" };
  // It was paid after its buyer was let through.
  if (signal.input === "cancel" && isTooLateToCancel(booking, now)) return { kind: "ignore" };
  const rule = BOOKING_MACHINE[booking.state][signal.input];
  if (rule.kind !== "move") return rule;
  const isTerminal = STATUS_OF[rule.to] !== "PENDING";
  const isRepeat = rule.to === booking.state;
  const passed = signal.input === "deadline" ? 1 : 0;
  const deadlinesPassed = booking.deadlinesPassed + passed;
  const next: Booking = {
    ...booking,
    ...signal.learns,
    state: rule.to,
    failureReason: booking.failureReason ?? (rule.because ? (signal.because ?? rule.because) : null),
    failureDetail: booking.failureDetail ?? (rule.because ? signal.detail : null),
    cancellation:
      booking.cancellation ?? (rule.to === "CANCELLED" ? cancellationOf(booking, signal, now) : null),
    seatsClear: booking.seatsClear || rule.clears === "seats",
    moneyClear: booking.moneyClear || rule.clears === "money",
    paymentMethodToken: isTerminal ? null : booking.paymentMethodToken,
    deadlinesPassed,
    reminders: isRepeat ? booking.reminders + passed : 0,
    updatedAt: now,
  };
  next.deadlineAt = nextDeadline(booking, next, signal, now);
  const isGivenUp = isTerminal && passed > 0 && next.reminders > MAX_UNDO_REMINDERS;
  const emits = isGivenUp
    ? []
    : rule.emits.filter((topic) => !(isTerminal && isRepeat && isClear(next, topic)));
  return {
    kind: "advance",
    signal,
    from: booking,
    next,
    emits: emits.map((topic) => {
      // The first message of a kind has the booking's id; one that is asked for again is told apart.
      const step = isRepeat ? `${booking.id}:${signal.input}:${deadlinesPassed}` : booking.id;
      const payload = payloadOf[topic](next, { lockExpiresAt: signal.lockExpiresAt ?? 0, lines });
      return envelope(topic, step, payload, { now, traceparent: traceOfBooking(booking.id) });
    }),
    step: {
      ...{ at: now, step: signal.input, state: next.state },
      detail: isGivenUp ? "the undo is asked for no more: a person is needed" : signal.detail,
    },
    tickets:
      next.state === "CONFIRMED" && !isRepeat
        ? next.seatIds.map((placeId) => ({ id: newId("tkt", now), placeId }))
        : [],
  };
}

/** All that was paid is given back: what is kept of it would be a policy, and there is none. */
function cancellationOf({ state, totalAmount }: Booking, signal: Signal, now: number): Cancellation {
  const because = signal.input === "event.cancelled" ? "EVENT_CANCELLED" : "BUYER";
  return { because, at: now, refundAmount: state === "CONFIRMED" ? totalAmount : 0 };
}

function isClear(booking: Booking, topic: Envelope["type"]): boolean {
  const sides = CLEARED_BY[topic];
  return sides?.every((side) => booking[side]) ?? false;
}
