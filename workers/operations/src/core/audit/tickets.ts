import { about, type BookingCheck, sameSet, wasConfirmed } from "./facts.ts";

/** One ticket a place once a booking was confirmed, none before. */
export const ticketsDifferFromSeats: BookingCheck = ({ booking }) => {
  const { state, seatIds, ticketPlaces } = booking;
  const expected = wasConfirmed(booking) ? seatIds : [];
  if (sameSet(expected, ticketPlaces)) return [];
  const has = ticketPlaces.join(", ") || "none";
  const detail = `${state} with ${seatIds.join(", ") || "no places"}, and its tickets are for ${has}`;
  return [about(booking, "tickets-differ-from-seats", detail)];
};
