import { createHash } from "node:crypto";
import type { InvalidPlan, SeatPlan } from "../rpc.ts";
import { MAX_AREAS, MAX_PLACES, MAX_TEXT_LENGTH } from "./limits.ts";

/** General-admission places have ids of this form, so no seat may. */
const GENERAL_ADMISSION_PREFIX = "ga:";

const isText = (text: unknown): boolean =>
  typeof text === "string" && text.length > 0 && text.length <= MAX_TEXT_LENGTH;

/** What is wrong with a plan, if anything is. */
export function planProblem(plan: SeatPlan): InvalidPlan | undefined {
  const { seatIds, generalAdmission, blockedSeatIds = [] } = plan;
  if (!Number.isSafeInteger(plan.planVersion) || plan.planVersion < 1) return "BAD_VERSION";
  if (seatIds.length > MAX_PLACES) return "TOO_MANY_PLACES";
  if (generalAdmission.length > MAX_AREAS) return "TOO_MANY_AREAS";
  if (!isText(plan.eventId)) return "BAD_TEXT";
  if (!seatIds.every((id) => isText(id) && !id.startsWith(GENERAL_ADMISSION_PREFIX))) return "BAD_TEXT";
  if (!generalAdmission.every(({ name }) => isText(name))) return "BAD_TEXT";
  if (!generalAdmission.every(({ capacity }) => Number.isSafeInteger(capacity) && capacity > 0)) {
    return "BAD_CAPACITY";
  }
  const size = generalAdmission.reduce((sum, { capacity }) => sum + capacity, seatIds.length);
  if (size === 0) return "NO_PLACES";
  if (size > MAX_PLACES) return "TOO_MANY_PLACES";
  const seats = new Set(seatIds);
  const names = new Set(generalAdmission.map(({ name }) => name));
  if (seats.size < seatIds.length || names.size < generalAdmission.length) return "DUPLICATE_PLACE";
  if (new Set(blockedSeatIds).size < blockedSeatIds.length) return "DUPLICATE_PLACE";
  if (!blockedSeatIds.every((id) => seats.has(id))) return "UNKNOWN_BLOCKED_SEAT";
  return undefined;
}

/** Tells two plans apart by their places and the order of these, which is what positions in the log mean. */
export function planDigest({ eventId, seatIds, generalAdmission, blockedSeatIds = [] }: SeatPlan): string {
  const areas = generalAdmission.map(({ name, capacity }) => [name, capacity]);
  return createHash("sha256")
    .update(JSON.stringify([eventId, seatIds, areas, blockedSeatIds]))
    .digest("hex");
}
