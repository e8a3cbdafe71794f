import { createHash } from "node:crypto";
import type { WantedPlaces } from "#shared/booking-places.ts";
import { areasOf, seatsOf } from "./hold-lines.ts";

/** One hold for a user's key at an event. */
export function holdIdOf(userId: string, eventId: string, key: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([userId, eventId, key]))
    .digest("hex");
  return `hold_${digest.slice(0, 32)}`;
}

/** Whether these places are what was asked for: a key that came with another request gives that one's. */
export function isSame({ seatIds = [], generalAdmission = [] }: WantedPlaces, given: string[]): boolean {
  const areas = areasOf(given);
  const isSameArea = ({ name, quantity }: { name: string; quantity: number }) =>
    areas.some((area) => area.name === name && area.quantity === quantity);
  const seats = seatsOf(given);
  return (
    seats.length === seatIds.length &&
    seatIds.every((id) => seats.includes(id)) &&
    areas.length === generalAdmission.length &&
    generalAdmission.every(isSameArea)
  );
}
