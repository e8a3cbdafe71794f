import type { BestAvailable, GeneralAdmissionRequest, InvalidCommand, SeatCommand } from "../rpc.ts";
import { MAX_CATEGORIES, MAX_PLACES_PER_LOCK, MAX_REASON_LENGTH, MAX_TEXT_LENGTH } from "./limits.ts";

const isCount = (count: number, least: number, most: number): boolean =>
  Number.isSafeInteger(count) && count >= least && count <= most;

function bestProblem({ quantity, categories, accessible }: BestAvailable): InvalidCommand | undefined {
  if (!isCount(quantity, 1, MAX_PLACES_PER_LOCK)) return "BAD_QUANTITY";
  if (!isCount(accessible, 0, quantity)) return "BAD_QUANTITY";
  if (categories.length > MAX_CATEGORIES) return "TOO_MANY_PLACES";
  return categories.every((category) => isCount(category, 0, MAX_CATEGORIES - 1))
    ? undefined
    : "BAD_QUANTITY";
}

function areasProblem(areas: readonly GeneralAdmissionRequest[]): InvalidCommand | undefined {
  if (areas.length > MAX_PLACES_PER_LOCK) return "TOO_MANY_PLACES";
  if (!areas.every(({ name }) => isText(name))) return "BAD_TEXT";
  if (!areas.every(({ quantity }) => Number.isSafeInteger(quantity) && quantity > 0)) return "BAD_QUANTITY";
  return hasTwice(areas.map(({ name }) => name)) ? "DUPLICATE_PLACE" : undefined;
}

const isText = (text: string): boolean => text.length > 0 && text.length <= MAX_TEXT_LENGTH;

/** Of ten texts at most, for which a set costs more than to look at each pair. */
function hasTwice(texts: readonly string[]): boolean {
  for (let n = 1; n < texts.length; n++) if (texts.indexOf(texts[n]!) < n) return true;
  return false;
}

const NONE: readonly string[] = [];

/** What makes a command one that no state of the map could grant, if anything does. */
export function commandProblem(command: SeatCommand): InvalidCommand | undefined {
  const { owner } = command;
  const seatIds = (command.type === "extend" ? undefined : command.seatIds) ?? NONE;
  if (!isText(owner.id)) return "BAD_TEXT";
  if (owner.userId !== undefined && !isText(owner.userId)) return "BAD_TEXT";
  if (seatIds.length > MAX_PLACES_PER_LOCK) return "TOO_MANY_PLACES";
  if (!seatIds.every(isText)) return "BAD_TEXT";
  if (hasTwice(seatIds)) return "DUPLICATE_PLACE";
  if (command.type === "release" && command.reason.length > MAX_REASON_LENGTH) return "BAD_TEXT";
  if (command.type === "confirm" && owner.kind === "hold") return "BAD_HOLD";
  if (command.type === "extend" && owner.kind !== "hold") return "BAD_HOLD";
  if (command.type !== "lock") return undefined;

  const { generalAdmission, holdId } = command;
  if (holdId !== undefined && !isText(holdId)) return "BAD_TEXT";
  if (holdId !== undefined && (owner.kind === "hold" || owner.id === holdId)) return "BAD_HOLD";
  const inAreas = generalAdmission.length > 0 ? areasProblem(generalAdmission) : undefined;
  if (inAreas) return inAreas;
  const places = generalAdmission.reduce((sum, { quantity }) => sum + quantity, seatIds.length);
  if (command.bestAvailable) return places > 0 ? "TOO_MANY_PLACES" : bestProblem(command.bestAvailable);
  if (places === 0) return "NO_PLACES";
  return places > MAX_PLACES_PER_LOCK ? "TOO_MANY_PLACES" : undefined;
}
