import { about, type BookingCheck, isUndone, sameSet } from "./facts.ts";
import { isSettled, isUndoOver } from "./under-way.ts";

/** A confirmed booking has its places in the SeatMap: RESERVED, by itself, all of them and no others. */
export const confirmedWithoutSeats: BookingCheck = ({ booking, decision }) => {
  if (booking.state !== "CONFIRMED") return [];
  const { seatIds } = booking;
  const found = (detail: string) => [about(booking, "confirmed-without-seats", detail)];
  if (!decision) return found("CONFIRMED, and its SeatMap has decided nothing for it");
  if (decision.status !== "RESERVED") return found(`CONFIRMED, and its seats are ${decision.status}`);
  if (!sameSet(decision.seatIds, seatIds)) {
    return found(`CONFIRMED with ${list(seatIds)}, and its SeatMap reserved ${list(decision.seatIds)}`);
  }
  if (decision.held === seatIds.length) return [];
  return found(`CONFIRMED with ${seatIds.length} places, of which ${decision.held} are in its hands`);
};

/** A booking that has failed or was given back holds nothing. */
export const seatsForEndedBooking: BookingCheck = ({ booking, decision }, now) => {
  if (!isUndone(booking) || !decision) return [];
  const holds = decision.status === "LOCKED" || decision.status === "RESERVED" || decision.held > 0;
  if (!holds) return [];
  // Until its seats are clear, the undo is on its way.
  const isDue = booking.seatsClear ? isSettled(booking, now) : isUndoOver(booking, now);
  const detail = `${booking.state}, and its SeatMap has ${list(decision.seatIds)} ${decision.status} for it`;
  return isDue ? [about(booking, "seats-for-ended-booking", detail)] : [];
};

/** A confirmed booking has what was asked for: those seats, and so many places of the areas. */
export const seatsNotAsAsked: BookingCheck = ({ booking }) => {
  if (booking.state !== "CONFIRMED") return [];
  const { requestedSeatIds, requestedPlaces, seatIds } = booking;
  const seats = seatIds.filter((id) => !id.startsWith("ga:"));
  if (sameSet(requestedSeatIds, seats) && seatIds.length - seats.length === requestedPlaces) return [];
  const wanted = `${list(requestedSeatIds)} and ${requestedPlaces} places`;
  return [about(booking, "seats-not-as-asked", `asked for ${wanted}, CONFIRMED with ${list(seatIds)}`)];
};

const list = (ids: readonly string[]): string => ids.join(", ") || "nothing";
