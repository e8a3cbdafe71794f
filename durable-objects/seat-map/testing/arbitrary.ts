import fc from "fast-check";
import type { SeatCommand, SeatPlan } from "../rpc.ts";

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

const ownerId = fc.constantFrom("bkg_1", "bkg_2", "bkg_3", "bkg_4", "bkg_5");
// Now and then another kind or another user asks under a known id.
const kind = fc.oneof(
  { weight: 12, arbitrary: fc.constant("booking" as const) },
  { weight: 1, arbitrary: fc.constant("hold" as const) },
);
const userId = fc.oneof(
  { weight: 12, arbitrary: fc.constant("usr_1") },
  { weight: 1, arbitrary: fc.constant("usr_2") },
);
const ref = fc.record({ kind, id: ownerId, userId }, { requiredKeys: ["kind", "id"] });
const seat = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom("A-1", "A-2", "A-3", "B-1", "B-2", "C-1") },
  { weight: 1, arbitrary: fc.constantFrom("blocked", "nowhere", "ga:Floor:1") },
);
const named = fc.uniqueArray(fc.constantFrom("A-1", "A-2", "ga:Floor:1"), { minLength: 1, maxLength: 2 });
const area = fc.record({
  name: fc.constantFrom("Floor", "Floor", "Lawn", "Hill", "Nowhere"),
  quantity: fc.integer({ min: 1, max: 2 }),
});

const lock = fc
  .record({
    type: fc.constant("lock" as const),
    owner: fc.record({ kind, id: ownerId, userId }),
    seatIds: fc.uniqueArray(seat, { maxLength: 3 }),
    generalAdmission: fc.uniqueArray(area, { maxLength: 2, selector: ({ name }) => name }),
  })
  .filter(({ seatIds, generalAdmission }) => seatIds.length + generalAdmission.length > 0);
const confirm = fc.record(
  { type: fc.constant("confirm" as const), owner: ref, seatIds: named },
  { requiredKeys: ["type", "owner"] },
);
const release = fc.record(
  {
    type: fc.constant("release" as const),
    owner: ref,
    seatIds: named,
    reason: fc.constant("changed my mind"),
  },
  { requiredKeys: ["type", "owner", "reason"] },
);
/** A command of one of five owners, whose places and names now and then mean nothing. */
export const command: fc.Arbitrary<SeatCommand> = fc
  .oneof({ weight: 3, arbitrary: lock }, { weight: 2, arbitrary: confirm }, { weight: 2, arbitrary: release })
  // As they come from another Worker: objects without a prototype cannot be sent.
  .map((sent) => structuredClone(sent));
