import type { z } from "@hono/zod-openapi";
import type { DecisionView, LockCommand, SeatResult } from "#durable-objects/seat-map/rpc.ts";
import type { Caller } from "#shared/auth/roles.ts";
import { checkPlaces, type WantedPlaces } from "#shared/booking-places.ts";
import type { newHold } from "#shared/contracts/holds.ts";
import { Problem, SeatsUnavailable, Unavailable } from "#shared/errors/problem.ts";
import { newId } from "#shared/ids/id.ts";
import type { Seating } from "#shared/rpc/events.ts";
import type { HeldAnswer } from "#shared/rpc/inventory.ts";
import { bestSeats } from "./best-seats.ts";
import type { InventoryDeps } from "./deps.ts";
import { geometryOf } from "./geometry.ts";
import { holdIdOf, isSame } from "./hold-key.ts";
import { areasOf, seatsOf } from "./hold-lines.ts";
import { type HoldView, holdView, statusOf } from "./hold-view.ts";
import { staticHalf } from "./static-half.ts";

type HoldRequest = Pick<z.infer<typeof newHold>, "bestAvailable"> & WantedPlaces;

interface NamedHold {
  eventId: string;
  holdId: string;
}

/**
 * Holds all the places or none. With a key, the same request again gives the same hold, as it is by then.
 * @throws Problem INVALID_SEAT_COUNT, VALIDATION_ERROR, EVENT_NOT_FOUND, EVENT_NOT_ON_SALE, SEATS_UNAVAILABLE,
 *   HOLD_LIMIT_REACHED, IDEMPOTENCY_KEY_REUSED
 */
export async function createHold(
  deps: InventoryDeps,
  { userId }: Pick<Caller, "userId">,
  { eventId, bestAvailable, ...wanted }: HoldRequest & { eventId: string },
  key: string | undefined,
): Promise<HoldView> {
  if (!bestAvailable) checkPlaces(wanted);
  const seating = await onSale(deps, eventId);
  const { seatIds = [], generalAdmission = [] } = wanted;
  const holdId = key === undefined ? newId("hold", deps.clock()) : holdIdOf(userId, eventId, key);
  const owner = { kind: "hold", id: holdId, userId } as const;
  const command: LockCommand = { type: "lock", owner, seatIds, generalAdmission };
  if (bestAvailable) command.bestAvailable = bestSeats(seating, bestAvailable);
  const map = deps.seatMapOf(eventId);
  const { seatIds: given, lockExpiresAt } = granted(await judged(deps, seating, command));
  if (key === undefined) {
    const status = "LOCKED";
    return holdView(
      seating,
      { owner, status, seatIds: given, lockExpiresAt, isExtended: false },
      deps.clock(),
    );
  }
  const isRepeat = bestAvailable ? given.length === bestAvailable.quantity : isSame(wanted, given);
  if (!isRepeat) throw new Problem("IDEMPOTENCY_KEY_REUSED");
  return holdView(seating, (await map.decision(holdId))!, deps.clock());
}

/** @throws Problem EVENT_NOT_FOUND, HOLD_NOT_FOUND */
export async function getHold(
  deps: InventoryDeps,
  { userId }: Pick<Caller, "userId">,
  named: NamedHold,
): Promise<HoldView> {
  const seating = await staticHalf(deps, named.eventId);
  return holdView(seating, await holdOf(deps, userId, named), deps.clock());
}

/** @throws Problem EVENT_NOT_FOUND, HOLD_NOT_FOUND, HOLD_EXPIRED, HOLD_NOT_EXTENDABLE */
export async function extendHold(
  deps: InventoryDeps,
  { userId }: Pick<Caller, "userId">,
  { eventId, holdId }: NamedHold,
): Promise<HoldView> {
  const seating = await staticHalf(deps, eventId);
  const owner = { kind: "hold", id: holdId, userId } as const;
  const [result] = await deps.seatMapOf(eventId).apply([{ type: "extend", owner }]);
  if (result!.outcome === "EXTENDED") {
    return holdView(seating, { owner, status: "LOCKED", isExtended: true, ...result! }, deps.clock());
  }
  if (result!.outcome !== "EXTEND_FAILED" || result!.reason === "UNKNOWN") {
    throw new Problem("HOLD_NOT_FOUND");
  }
  throw new Problem(result!.reason === "EXTENDED" ? "HOLD_NOT_EXTENDABLE" : "HOLD_EXPIRED");
}

/** Frees what the hold holds; one that is over already holds nothing. @throws Problem EVENT_NOT_FOUND, HOLD_NOT_FOUND */
export async function releaseHold(
  deps: InventoryDeps,
  { userId }: Pick<Caller, "userId">,
  named: NamedHold,
): Promise<void> {
  await staticHalf(deps, named.eventId);
  const { owner } = await holdOf(deps, userId, named);
  await deps.seatMapOf(named.eventId).apply([{ type: "release", owner, reason: "GIVEN_BACK" }]);
}

/** As `heldPlaces`, for whoever may name an event that is none: to ask a map is to make it. */
export async function holdOfKnownEvent(
  deps: InventoryDeps,
  asked: NamedHold & { userId: string },
): Promise<HeldAnswer> {
  try {
    await staticHalf(deps, asked.eventId);
  } catch (error) {
    if (error instanceof Problem) return { outcome: "NOT_FOUND" };
    throw error;
  }
  return heldPlaces(deps, asked);
}

/** What a booking with a hold takes over. */
export async function heldPlaces(
  deps: InventoryDeps,
  { eventId, holdId, userId }: NamedHold & { userId: string },
): Promise<HeldAnswer> {
  const hold = await deps.seatMapOf(eventId).decision(holdId);
  if (!hold || !isTheirs(hold, userId)) return { outcome: "NOT_FOUND" };
  if (statusOf(hold, deps.clock()) !== "HELD") return { outcome: "OVER" };
  return { outcome: "HELD", seatIds: seatsOf(hold.seatIds), generalAdmission: areasOf(hold.seatIds) };
}

/** What the map says; it is told how its seats lie, where it lacks that: after each wake, and each change of the plan. */
async function judged(deps: InventoryDeps, seating: Seating, command: LockCommand): Promise<SeatResult> {
  const map = deps.seatMapOf(seating.eventId);
  const [result] = await map.apply([command]);
  if (result!.outcome !== "NO_GEOMETRY") return result!;
  if (!(await map.learnGeometry(geometryOf(seating)))) {
    const current = await staticHalf(deps, seating.eventId, () => true);
    if (!(await map.learnGeometry(geometryOf(current)))) throw new Unavailable("the seat map's plan");
  }
  const [again] = await map.apply([command]);
  return again!;
}

/** The plan of an event whose places can be had now. A sale that has begun meanwhile is asked for. */
async function onSale(deps: InventoryDeps, eventId: string): Promise<Seating> {
  const now = deps.clock();
  const isOnSale = ({ isForSale, onSaleAt, endsAt }: Seating) =>
    isForSale && Date.parse(endsAt) > now && (onSaleAt === null || Date.parse(onSaleAt) <= now);
  const seating = await staticHalf(deps, eventId, (known) => !isOnSale(known));
  if (!isOnSale(seating)) throw new Problem("EVENT_NOT_ON_SALE");
  return seating;
}

function granted(result: SeatResult): Extract<SeatResult, { outcome: "LOCKED" }> {
  switch (result.outcome) {
    case "LOCKED":
      return result;
    case "REFUSED":
      if (result.reason === "CLOSED") throw new Problem("EVENT_NOT_ON_SALE");
      if (result.reason === "LIMIT_REACHED") throw new Problem("HOLD_LIMIT_REACHED");
      throw new SeatsUnavailable(result.unavailableSeatIds);
    case "FULL":
      throw new SeatsUnavailable(
        [],
        "There were as many holds of this event as there may be: book without one",
      );
    // The key is another user's or names a booking: neither can come of a key.
    case "NOT_OPEN":
      throw new Problem("EVENT_NOT_FOUND", "The seats of this event are not ready yet");
    case "INVALID":
      throw new Problem("VALIDATION_ERROR", result.problem);
    default:
      throw new Error(`a lock was answered with ${result.outcome}`);
  }
}

async function holdOf(deps: InventoryDeps, userId: string, named: NamedHold): Promise<DecisionView> {
  const hold = await deps.seatMapOf(named.eventId).decision(named.holdId);
  if (!hold || !isTheirs(hold, userId)) throw new Problem("HOLD_NOT_FOUND");
  return hold;
}

const isTheirs = ({ owner }: DecisionView, userId: string): boolean =>
  owner.kind === "hold" && owner.userId === userId;
