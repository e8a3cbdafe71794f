import type { LockCommand, RefusalReason } from "../rpc.ts";
import { isLapsed } from "./decision.ts";
import type { EntryBody } from "./entry.ts";
import type { Opened } from "./layout.ts";
import { AVAILABLE, BLOCKED, LOCKED } from "./place-table.ts";
import type { SeatMapState } from "./state.ts";

type LockEntry = Extract<EntryBody, { kind: "LOCKED" | "REFUSED" }>;

/** Writes down that a lock has run out. */
export type Expire = (decisionIndex: number) => void;

/**
 * Judges a well-formed lock of an owner without a decision, on an open map: all of the places, or none.
 * A place under a lock that has run out is free: `expire` is called for that lock first.
 */
export function judgeLock(
  command: LockCommand,
  at: number,
  lockTtlMs: number,
  state: SeatMapState,
  { index, places }: Opened,
  expire: Expire,
): LockEntry {
  const { owner, seatIds, generalAdmission } = command;
  const owned = { ownerKind: owner.kind, ownerId: owner.id, userId: owner.userId };
  const requested: number[] = [];
  const unavailable: number[] = [];
  const unknown: string[] = [];

  for (const seatId of seatIds) {
    const place = index.seat(seatId);
    if (place < 0) unknown.push(seatId);
    else requested.push(place);
  }
  for (const { name } of generalAdmission) if (!index.area(name)) unknown.push(`ga:${name}`);
  const refuse = (reason: RefusalReason): LockEntry => {
    return { kind: "REFUSED", ...owned, places: requested, reason, unavailable, unknown };
  };
  if (state.closed) return refuse("CLOSED");
  if (unknown.length > 0) return refuse("UNKNOWN_SEAT");

  let taken = false;
  for (const place of requested) {
    if (places.state[place] === LOCKED && isLapsed(state.decisions[places.holder[place]!]!, at)) {
      expire(places.holder[place]!);
    }
    if (places.state[place] === AVAILABLE) continue;
    unavailable.push(place);
    if (places.state[place] !== BLOCKED) taken = true;
  }
  if (unavailable.length > 0) return refuse(taken ? "SEATS_TAKEN" : "BLOCKED");

  for (const { name, quantity } of generalAdmission) {
    const area = index.area(name)!;
    // Each lock expires once, so this costs no lock more than its own share.
    let next = state.nextToExpire();
    while (places.freeIn(area.position) < quantity && next && isLapsed(next, at)) {
      expire(next.index);
      next = state.nextToExpire();
    }
    if (places.freeIn(area.position) < quantity) unknown.push(`ga:${name}`);
  }
  if (unknown.length > 0) return refuse("SOLD_OUT");

  const given = [...requested];
  for (const { name, quantity } of generalAdmission) {
    given.push(...places.lowestFree(index.area(name)!.position, quantity));
  }
  return { kind: "LOCKED", ...owned, places: given, expiresAt: at + lockTtlMs };
}
