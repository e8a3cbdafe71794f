import type { ConfirmCommand, ExtendCommand, LockCommand, ReleaseCommand, SeatPlan } from "../rpc.ts";

/** A booking's lock of seats, and of `floor` places of the area Floor. */
export function lock(id: string, seatIds: string[], floor = 0): LockCommand {
  return {
    type: "lock",
    owner: { kind: "booking", id, userId: `usr_of_${id}` },
    seatIds,
    generalAdmission: floor > 0 ? [{ name: "Floor", quantity: floor }] : [],
  };
}

/** A hold of `usr_1`, as `lock` takes places. */
export function hold(id: string, seatIds: string[], floor = 0): LockCommand {
  return { ...lock(id, seatIds, floor), owner: { kind: "hold", id, userId: "usr_1" } };
}

/** A booking of `usr_1` that takes over a hold. */
export function lockWith(holdId: string, id: string, seatIds: string[], floor = 0): LockCommand {
  return { ...lock(id, seatIds, floor), owner: { kind: "booking", id, userId: "usr_1" }, holdId };
}

export function extend(id: string): ExtendCommand {
  return { type: "extend", owner: { kind: "hold", id } };
}

export function confirm(id: string, seatIds?: string[]): ConfirmCommand {
  const command: ConfirmCommand = { type: "confirm", owner: { kind: "booking", id } };
  return seatIds ? { ...command, seatIds } : command;
}

export function release(id: string, seatIds?: string[]): ReleaseCommand {
  const command: ReleaseCommand = {
    type: "release",
    owner: { kind: "booking", id },
    reason: "PAYMENT_FAILED",
  };
  return seatIds ? { ...command, seatIds } : command;
}

/** `seats` seats, ... and an area Floor. */
export function planOf(seats: number, floor = 5): SeatPlan {
  return {
    eventId: "evnt_1",
    planVersion: 1,
    seatIds: Array.from({ length: seats }, (_, n) => `A-${n + 1}`),
    generalAdmission: [{ name: "Floor", capacity: floor }],
    decisionsKeptUntil: 4_000_000_000_000,
  };
}
