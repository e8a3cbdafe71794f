import fc from "fast-check";
import type { BuyerLimits } from "../core/buyer-limits.ts";
import type { LockCommand, SeatCommand, SeatPlan } from "../rpc.ts";

/** Few places, so that many ask for the same ones. */
export const PLAN: SeatPlan = {
  eventId: "evnt_model",
  planVersion: 1,
  seatIds: ["A-1", "A-2", "A-3", "B-1", "B-2", "blocked"],
  generalAdmission: [
    { name: "Floor", capacity: 3 },
    { name: "Lawn", capacity: 2 },
  ],
  blockedSeatIds: ["blocked"],
  decisionsKeptUntil: 2_000_000,
};

/** What one buyer may have of it: less than there is. */
export const LIMITS: BuyerLimits = { held: 5, total: 8 };

// Now and then another kind or another user asks under a known id.
const bookingId = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom("bkg_1", "bkg_2", "bkg_3", "bkg_4", "bkg_5") },
  { weight: 1, arbitrary: fc.constant("hold_1") },
);
const holdId = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom("hold_1", "hold_2", "hold_3") },
  { weight: 1, arbitrary: fc.constant("bkg_1") },
);
const userId = fc.oneof(
  { weight: 12, arbitrary: fc.constant("usr_1") },
  { weight: 1, arbitrary: fc.constant("usr_2") },
);
const kinds = { booking: fc.constant("booking" as const), hold: fc.constant("hold" as const) };
const bookingRef = fc.record(
  { kind: kinds.booking, id: bookingId, userId },
  { requiredKeys: ["kind", "id"] },
);
const holdRef = fc.record({ kind: kinds.hold, id: holdId, userId }, { requiredKeys: ["kind", "id"] });
const seat = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom("A-1", "A-2", "A-3", "B-1", "B-2", "C-1") },
  { weight: 1, arbitrary: fc.constantFrom("blocked", "nowhere", "ga:Floor:1") },
);
const named = fc.uniqueArray(fc.constantFrom("A-1", "A-2", "ga:Floor:1"), { minLength: 1, maxLength: 2 });
const area = fc.record({
  name: fc.constantFrom("Floor", "Floor", "Lawn", "Hill", "Nowhere"),
  quantity: fc.integer({ min: 1, max: 2 }),
});

type Places = Pick<LockCommand, "seatIds" | "generalAdmission">;

/** So that what is held is often what is booked with the hold. */
const CHOSEN: Places[] = [
  { seatIds: ["A-1", "A-2"], generalAdmission: [] },
  { seatIds: ["A-3"], generalAdmission: [{ name: "Floor", quantity: 2 }] },
  { seatIds: ["A-2"], generalAdmission: [{ name: "Floor", quantity: 1 }] },
];
const places: fc.Arbitrary<Places> = fc.oneof(
  fc
    .record({
      seatIds: fc.uniqueArray(seat, { maxLength: 3 }),
      generalAdmission: fc.uniqueArray(area, { maxLength: 2, selector: ({ name }) => name }),
    })
    .filter(({ seatIds, generalAdmission }) => seatIds.length + generalAdmission.length > 0),
  fc.constantFrom(...CHOSEN),
);
const lockOf = <O>(owner: fc.Arbitrary<O>) =>
  fc.tuple(owner, places).map(([it, what]) => ({ type: "lock" as const, owner: it, ...what }));
const lock = lockOf(fc.record({ kind: kinds.booking, id: bookingId, userId }));
const hold = lockOf(fc.record({ kind: kinds.hold, id: holdId, userId }));
const lockWithHold = fc
  .tuple(lock, holdId)
  .map(([command, taken]) => ({ ...command, holdId: taken }))
  .filter((command) => command.holdId !== command.owner.id);
const extend = fc.record({ type: fc.constant("extend" as const), owner: holdRef });
const confirm = fc.record(
  { type: fc.constant("confirm" as const), owner: bookingRef, seatIds: named },
  { requiredKeys: ["type", "owner"] },
);
const release = fc.record(
  {
    type: fc.constant("release" as const),
    owner: fc.oneof({ weight: 2, arbitrary: bookingRef }, { weight: 1, arbitrary: holdRef }),
    seatIds: named,
    reason: fc.constant("changed my mind"),
  },
  { requiredKeys: ["type", "owner", "reason"] },
);
/** A command of one of five bookings or three holds, whose places and names now and then mean nothing. */
export const command: fc.Arbitrary<SeatCommand> = fc
  .oneof(
    { weight: 3, arbitrary: lock },
    { weight: 2, arbitrary: hold },
    { weight: 2, arbitrary: lockWithHold },
    { weight: 1, arbitrary: extend },
    { weight: 2, arbitrary: confirm },
    { weight: 2, arbitrary: release },
  )
  // As they come from another Worker: objects without a prototype cannot be sent.
  .map((sent) => structuredClone(sent));
