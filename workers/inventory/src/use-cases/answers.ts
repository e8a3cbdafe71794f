import type { SeatAnswer } from "#durable-objects/seat-map/rpc.ts";
import { traceOfBooking } from "#shared/observability/trace.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";
import type { SagaCommand } from "../handlers/work.ts";

/** What a SeatMap decided, as the saga's event. The id is the booking's: a booking is decided once each way. */
export function answerEnvelope(answer: SeatAnswer): Envelope {
  const { eventId, seatIds, seq, epoch } = answer;
  const bookingId = answer.owner.id;
  const at = { now: answer.at, traceparent: traceOfBooking(bookingId) };
  switch (answer.kind) {
    case "locked": {
      const lockExpiresAt = new Date(answer.lockExpiresAt).toISOString();
      return envelope("seats.locked", bookingId, { bookingId, eventId, seatIds, lockExpiresAt }, at);
    }
    case "lock-failed": {
      const { unavailableSeatIds, reason } = answer;
      const payload = { bookingId, eventId, requestedSeatIds: seatIds, unavailableSeatIds, reason };
      return envelope("seats.lock-failed", bookingId, payload, at);
    }
    case "confirmed":
      return envelope("seats.confirmed", bookingId, { bookingId, eventId, seatIds, seq, epoch }, at);
    case "confirm-failed":
      return envelope("seats.confirm-failed", bookingId, { bookingId, eventId, reason: answer.reason }, at);
    case "released": {
      const payload = { bookingId, eventId, seatIds, cause: answer.cause, seq, epoch };
      return envelope("seats.released", bookingId, payload, at);
    }
  }
}

/** Where an answer stands that a SeatMap did not write down: nowhere in its history. */
const UNWRITTEN = { seq: 0, epoch: 0 };

/**
 * The answer to an owner whom a full SeatMap does not know: it holds nothing, and never will, because a map
 * that is full stays so. The answer is the same whenever it is asked again, so nothing has to be stored.
 */
export function answerOfFullMap(eventId: string, command: SagaCommand, now: number): Envelope {
  const bookingId = command.owner.id;
  const at = { now, traceparent: traceOfBooking(bookingId) };
  switch (command.type) {
    case "lock": {
      const { seatIds } = command;
      const payload = {
        bookingId,
        eventId,
        requestedSeatIds: seatIds,
        unavailableSeatIds: [],
        reason: "FULL",
      };
      return envelope("seats.lock-failed", bookingId, payload, at);
    }
    case "confirm":
      return envelope("seats.confirm-failed", bookingId, { bookingId, eventId, reason: "UNKNOWN" }, at);
    case "release": {
      const payload = { bookingId, eventId, seatIds: [], cause: "NOTHING_HELD" as const, ...UNWRITTEN };
      return envelope("seats.released", bookingId, payload, at);
    }
  }
}
