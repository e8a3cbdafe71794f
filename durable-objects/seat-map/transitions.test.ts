import { describe, expect, it } from "vitest";
import { NO_HOLDER } from "./core/place-table.ts";
import type { SeatResult } from "./rpc.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { confirm, lock, planOf, release } from "./testing/commands.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

type Status = "NONE" | "LOCKED" | "REFUSED" | "RESERVED" | "RELEASED" | "EXPIRED";
type Command = "lock" | "confirm" | "release" | "expiry";

/** A map in which bkg_1 has come to a status, with the answer that it was given last. */
function mapWith(status: Status): Rig {
  const rig = new Rig(new MemoryStorage());
  rig.open(planOf(2));
  if (status === "NONE") return rig;
  if (status === "REFUSED") rig.do(lock("bkg_2", ["A-1"]));
  rig.do(lock("bkg_1", ["A-1"]));
  if (status === "RESERVED") rig.do(confirm("bkg_1"));
  if (status === "RELEASED") rig.do(release("bkg_1"));
  if (status === "EXPIRED") {
    rig.reading += LOCK_TTL_MS;
    rig.expire();
  }
  return rig;
}

/** Commands of the status's own owner, once more; null where nobody is answered. */
const COMMANDS: Record<Command, (rig: Rig) => SeatResult | null> = {
  lock: (rig) => rig.do(lock("bkg_1", ["A-1"])),
  confirm: (rig) => rig.do(confirm("bkg_1")),
  release: (rig) => rig.do(release("bkg_1")),
  expiry: (rig) => {
    rig.reading += LOCK_TTL_MS;
    rig.expire();
    return null;
  },
};

/** The status afterwards, the answer, and who has the seat. */
const CASES: [Status, Command, after: Status, answer: string, seat: string][] = [
  ["NONE", "lock", "LOCKED", "LOCKED", "bkg_1"],
  ["NONE", "confirm", "RELEASED", "CONFIRM_FAILED UNKNOWN", "nobody"],
  ["NONE", "release", "RELEASED", "RELEASED NOTHING_HELD", "nobody"],
  ["LOCKED", "lock", "LOCKED", "LOCKED", "bkg_1"],
  ["LOCKED", "confirm", "RESERVED", "RESERVED", "bkg_1"],
  ["LOCKED", "release", "RELEASED", "RELEASED RELEASED", "nobody"],
  ["LOCKED", "expiry", "EXPIRED", "", "nobody"],
  ["REFUSED", "lock", "REFUSED", "REFUSED SEATS_TAKEN", "bkg_2"],
  ["REFUSED", "confirm", "REFUSED", "CONFIRM_FAILED UNKNOWN", "bkg_2"],
  ["REFUSED", "release", "REFUSED", "RELEASED NOTHING_HELD", "bkg_2"],
  ["REFUSED", "expiry", "REFUSED", "", "nobody"],
  ["RESERVED", "lock", "RESERVED", "LOCKED", "bkg_1"],
  ["RESERVED", "confirm", "RESERVED", "RESERVED", "bkg_1"],
  ["RESERVED", "release", "RELEASED", "RELEASED RELEASED", "nobody"],
  ["RESERVED", "expiry", "RESERVED", "", "bkg_1"],
  ["RELEASED", "lock", "RELEASED", "LOCKED", "nobody"],
  ["RELEASED", "confirm", "RELEASED", "CONFIRM_FAILED RELEASED", "nobody"],
  ["RELEASED", "release", "RELEASED", "RELEASED RELEASED", "nobody"],
  ["RELEASED", "expiry", "RELEASED", "", "nobody"],
  ["EXPIRED", "lock", "EXPIRED", "LOCKED", "nobody"],
  ["EXPIRED", "confirm", "EXPIRED", "CONFIRM_FAILED EXPIRED", "nobody"],
  ["EXPIRED", "release", "EXPIRED", "RELEASED EXPIRED", "nobody"],
  ["EXPIRED", "expiry", "EXPIRED", "", "nobody"],
];

const words = (result: SeatResult | null): string => {
  const { outcome, reason, cause } = (result ?? {}) as { outcome?: string; reason?: string; cause?: string };
  return [outcome, reason ?? cause].filter(Boolean).join(" ");
};

describe("a decision", () => {
  it.each(CASES)("goes where the contract says [seats %s: %s]", (status, command, after, answer, seat) => {
    const rig = mapWith(status);
    expect(words(COMMANDS[command](rig))).toBe(answer);
    rig.restart();
    const { state } = rig.map;
    expect(state.decision("bkg_1")?.status).toBe(after);
    const holder = state.opened!.places.holder[0]!;
    expect(holder === NO_HOLDER ? "nobody" : state.decisions.at(holder).id).toBe(seat);
  });
});
