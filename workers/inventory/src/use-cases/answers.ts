import type { SeatAnswer } from "#durable-objects/seat-map/rpc.ts";
import { traceOfBooking } from "#shared/observability/trace.ts";
import { type Envelope, envelope } from "#shared/saga/envelope.ts";

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
