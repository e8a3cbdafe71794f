import type { LockCommand, Owner, RefusalReason } from "../rpc.ts";
import type { Book } from "./book.ts";
import { type BuyerLimits, NO_LIMITS } from "./buyer-limits.ts";
import { type Decision, isLapsed } from "./decision.ts";
import type { EntryBody } from "./entry.ts";
import type { Opened } from "./layout.ts";
import type { Area } from "./place-index.ts";
import { AVAILABLE, BLOCKED, LOCKED } from "./place-table.ts";
import type { SeatFinder } from "./seat-finder.ts";
import type { SeatMapState } from "./state.ts";

type LockEntry = Extract<EntryBody, { kind: "LOCKED" | "REFUSED" }>;

/** The moment and the map in which a lock is judged. */
export interface LockContext {
  at: number;
  lockTtlMs: number;
  limits: BuyerLimits;
  opened: Opened;
  /** Takes the end of a lock that has run out by `at`; the lock that is judged is its caller's to write down. */
  book: Book;
  /** There where the lock wants the best seats. */
  finder?: SeatFinder | undefined;
}

/** What a lock asks for, as far as the plan knows it, and what of it cannot be had. */
interface Asked {
  owner: Owner;
  requested: number[];
  unavailable: number[];
  unknown: string[];
}

/**
 * Judges a well-formed lock of an owner without a decision, on an open map: all of the places, or none.
 * A place under a lock that has run out is free: that lock is ended first. `takes` is the hold whose places
 * were counted as free: it is to be released before the lock is written down.
 */
export function judgeLock(
  command: LockCommand,
  context: LockContext,
): { entry: LockEntry; takes?: Decision } {
  const { at, lockTtlMs, book, opened } = context;
  const { state } = book;
  const { index, places } = opened;
  const { owner, seatIds, generalAdmission } = command;
  const named = index.seats(seatIds);
  const unavailable: number[] = [];
  const unknown = named.includes(-1) ? seatIds.filter((_, n) => named[n]! < 0) : [];
  const requested = unknown.length > 0 ? named.filter((place) => place >= 0) : named;
  const asked: Asked = { owner, requested, unavailable, unknown };
  for (const { name } of generalAdmission) if (!index.area(name)) unknown.push(`ga:${name}`);
  if (state.closed) return refused(asked, "CLOSED");
  if (unknown.length > 0) return refused(asked, "UNKNOWN_SEAT");

  const hold = takenHold(command, at, state, opened);
  const inAreas = generalAdmission.reduce((sum, { quantity }) => sum + quantity, 0);
  const wanted = seatIds.length + inAreas + (command.bestAvailable?.quantity ?? 0);
  if (isOverLimit(owner.userId, wanted - (hold?.places.length ?? 0), context)) {
    return refused(asked, "LIMIT_REACHED");
  }

  if (command.bestAvailable) {
    expireLapsed(context);
    const best = context.finder?.find(command.bestAvailable);
    if (!best) return refused(asked, "SOLD_OUT");
    requested.push(...best);
  }
  let taken = false;
  for (const place of requested) {
    const isOwn = hold !== undefined && places.holder[place] === hold.index;
    // What was blocked under the hold is off sale once the hold is over.
    if (isOwn && !places.isBlocked(place)) continue;
    if (!isOwn && places.state[place] === LOCKED) {
      const holder = state.decisions.at(places.holder[place]!);
      if (isLapsed(holder, at)) book.expire(holder, at);
    }
    if (places.state[place] === AVAILABLE) continue;
    unavailable.push(place);
    if (!isOwn && places.state[place] !== BLOCKED) taken = true;
  }
  if (unavailable.length > 0) return refused(asked, taken ? "SEATS_TAKEN" : "BLOCKED");

  const given = generalAdmission.length > 0 ? [...requested] : requested;
  for (const { name, quantity } of generalAdmission) {
    const area = index.area(name)!;
    const own = placesIn(area, hold).slice(0, quantity);
    const more = quantity - own.length;
    // Each lock expires once, so this costs no lock more than its own share.
    let next = state.nextToExpire();
    while (places.freeIn(area.position) < more && next && isLapsed(next, at)) {
      book.expire(next, at);
      next = state.nextToExpire();
    }
    if (places.freeIn(area.position) < more) unknown.push(`ga:${name}`);
    else given.push(...own, ...places.lowestFree(area.position, more));
  }
  if (unknown.length > 0) return refused(asked, "SOLD_OUT");
  const { kind: ownerKind, id: ownerId, userId } = owner;
  const expiresAt = at + lockTtlMs;
  const entry: LockEntry = { kind: "LOCKED", ownerKind, ownerId, userId, places: given, expiresAt };
  return hold ? { entry, takes: hold } : { entry };
}

function refused(
  { owner, requested, unavailable, unknown }: Asked,
  reason: RefusalReason,
): { entry: LockEntry } {
  const { kind: ownerKind, id: ownerId, userId } = owner;
  const of = { ownerKind, ownerId, userId, places: requested };
  return { entry: { kind: "REFUSED", ...of, reason, unavailable, unknown } };
}

/** The hold that the lock names, where it is its user's and still holds. */
function takenHold(
  { owner, holdId }: LockCommand,
  at: number,
  state: SeatMapState,
  { places }: Opened,
): Decision | undefined {
  const hold = holdId === undefined ? undefined : state.decision(holdId);
  if (hold?.kind !== "hold" || hold.userId !== owner.userId) return undefined;
  if (hold.status !== "LOCKED" || isLapsed(hold, at)) return undefined;
  return places.heldBy(hold.places, hold.index) ? hold : undefined;
}

/** Ends all locks that have run out: each ends once, so this costs no lock more than its own share. */
function expireLapsed({ at, book }: LockContext): void {
  const { state } = book;
  for (let next = state.nextToExpire(); next && isLapsed(next, at); next = state.nextToExpire()) {
    book.expire(next, at);
  }
}

function placesIn({ base, capacity }: Area, hold: Decision | undefined): number[] {
  return hold?.places.filter((place) => place >= base && place < base + capacity) ?? [];
}

/** Whether `more` places are more than a buyer may have. Locks that have run out do not count. */
function isOverLimit(userId: string, more: number, { at, limits, book }: LockContext): boolean {
  if (limits === NO_LIMITS) return false;
  for (;;) {
    const { held, total } = book.state.buyers.of(userId);
    if (held + more <= limits.held && total + more <= limits.total) return false;
    const next = book.state.nextToExpire();
    if (!next || !isLapsed(next, at)) return true;
    book.expire(next, at);
  }
}
