import { STATUS_OF } from "#shared/saga/declaration.ts";
import { about, type BookingCheck, isUndone } from "./facts.ts";
import { DECIDED_AFTER_MS, isSettled, isUndoOver, SWEPT_AFTER_MS } from "./under-way.ts";

/** A booking is decided in time: its deadline is looked after, and there is an end to asking again. */
export const pendingPastDeadline: BookingCheck = ({ booking }, now) => {
  const { state, deadlineAt, createdAt } = booking;
  if (STATUS_OF[state] !== "PENDING") return [];
  const found = (detail: string) => [about(booking, "pending-past-deadline", `${state}, ${detail}`)];
  if (deadlineAt === null) return isSettled(booking, now) ? found("and nobody looks after it") : [];
  const overdueMs = now - deadlineAt;
  if (overdueMs > SWEPT_AFTER_MS) return found(`${seconds(overdueMs)} s after its deadline`);
  const ageMs = now - createdAt;
  return ageMs > DECIDED_AFTER_MS ? found(`and not decided after ${seconds(ageMs)} s`) : [];
};

/** A booking that has failed or was given back is finished: its seats and its money are clear. */
export const undoUnfinished: BookingCheck = ({ booking }, now) => {
  const { state, seatsClear, moneyClear, deadlineAt } = booking;
  if (!isUndone(booking) || (seatsClear && moneyClear)) return [];
  const open = [seatsClear ? "" : "seats", moneyClear ? "" : "money"].filter(Boolean).join(" and ");
  const found = (detail: string) => [
    about(booking, "undo-unfinished", `${state}, and its ${open} not clear${detail}`, { mend: "look" }),
  ];
  if (deadlineAt === null && isSettled(booking, now)) return found(", and nobody asks again");
  return isUndoOver(booking, now) ? found("") : [];
};

const seconds = (ms: number): number => Math.round(ms / 1000);
