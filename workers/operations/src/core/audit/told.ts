import { TOPICS } from "#shared/saga/declaration.ts";
import { about, type BookingCheck, endedAt, type Told } from "./facts.ts";
import { isSettled } from "./under-way.ts";

/** For so long a topic has for sure what was said: its retention, less an hour. */
const REMEMBERED_MS = TOPICS["booking.confirmed"].retentionDays * 86_400_000 - 3_600_000;

/** Others were told how the booking ended. Where the message still waits in the outbox, it is on its way. */
export const nobodyTold: BookingCheck = ({ booking, told }, now) => {
  const ended = endedAt(booking);
  const { state, unsent } = booking;
  if (ended === null || ended < now - REMEMBERED_MS || !isSettled(booking, now) || unsent > 0) return [];
  return told[state as keyof Told] > 0
    ? []
    : [about(booking, "nobody-told", `${state}, and nobody was told`)];
};

/** Others were told of no other end. What was given back was confirmed before, or was not yet. */
export const toldOtherwise: BookingCheck = ({ booking, told }) => {
  const { state } = booking;
  const mayBeTold = (end: keyof Told) => end === state || (end === "CONFIRMED" && state === "CANCELLED");
  return (Object.keys(told) as (keyof Told)[])
    .filter((end) => told[end] > 0 && !mayBeTold(end))
    .map((end) =>
      about(booking, "told-otherwise", `${state}, and others were told that it is ${end}`, { subject: end }),
    );
};
