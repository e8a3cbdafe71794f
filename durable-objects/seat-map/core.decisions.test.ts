import { describe, expect, it } from "vitest";
import type { Decision } from "./core/decision.ts";
import { DecisionList } from "./core/decision-list.ts";
import { packDecisions } from "./core/pack-decisions.ts";
import { PackedDecisions } from "./core/packed-decisions.ts";

const stamp = (seq: number) => ({ seq, epoch: 3, at: 1_800_000_000_000.5 + seq });

/** Every field, every word, and texts that are hard to keep. */
const KINDS: Omit<Decision, "index">[] = [
  {
    kind: "booking",
    id: "bkg_1",
    userId: "usr_1",
    status: "LOCKED",
    places: [99_999, 0],
    expiresAt: 5,
    lock: stamp(1),
  },
  {
    ...{
      kind: "hold",
      id: "Größe 座席 🎟 \u0000 \ud800",
      userId: '"\\',
      status: "EXPIRED",
      places: [7],
      expiresAt: 9,
    },
    ...{ lock: stamp(2), extension: stamp(3), release: { ...stamp(4), cause: "EXPIRED" } },
  },
  {
    ...{
      kind: "booking",
      id: "x".repeat(128),
      userId: "座".repeat(128),
      status: "REFUSED",
      places: [],
      expiresAt: 0,
    },
    lock: stamp(5),
    refusal: { reason: "SEATS_TAKEN", requested: [1, 2, 3], unavailable: [3], unknown: [] },
  },
  {
    ...{
      kind: "booking",
      id: "bkg_4",
      userId: "",
      status: "RELEASED",
      places: [],
      expiresAt: 0,
      lock: stamp(8),
    },
    refusal: { reason: "RELEASED", requested: [], unavailable: [], unknown: ["Z-1", "ga:Floor"] },
    confirmRefusal: { ...stamp(6), reason: "UNKNOWN" },
    release: { ...stamp(7), cause: "NOTHING_HELD" },
  },
  {
    kind: "booking",
    id: "bkg_5",
    userId: "usr_5",
    status: "RESERVED",
    places: [4],
    expiresAt: 1,
    lock: stamp(9),
    reserve: stamp(10),
  },
];
const made = (count: number): Decision[] =>
  Array.from({ length: count }, (_, index) => {
    const kind = KINDS[index % KINDS.length]!;
    return { ...structuredClone(kind), id: index < KINDS.length ? kind.id : `bkg_of_${index}`, index };
  });
/** A list of what another one packed, block by block. */
const woken = (packed: Map<number, Uint8Array>, digests: readonly string[], total: number) => {
  const list = new DecisionList();
  for (let position = 0; position < packed.size; position++) {
    list.restore({ position, bytes: packed.get(position)! }, digests[position], total);
  }
  return list;
};

describe("decisions", () => {
  it("are the same after they were packed", () => {
    const decisions = made(200);
    const packed = PackedDecisions.read(packDecisions(decisions, (index) => index));
    expect(decisions.map((_, n) => packed.decision(n, n))).toEqual(decisions);
  });

  it("are of a format that is known, or not read", () => {
    const bytes = packDecisions(made(1), () => 0);
    bytes[0] = 9;
    expect(() => PackedDecisions.read(bytes)).toThrow("format 9");
  });

  it("are found by position and by owner, packed, woken and new, and change where they are", () => {
    const decisions = made(1_000);
    const list = new DecisionList();
    const kept = new Map<number, Uint8Array>();
    const pack = (of: DecisionList) => {
      const blocks = of.pack();
      for (const { position, bytes } of blocks) kept.set(position, bytes);
      return blocks.map(({ position }) => position);
    };
    for (const decision of decisions.slice(0, 700)) list.push(structuredClone(decision));
    expect(pack(list)).toEqual([0, 1, 2]);

    const next = woken(kept, list.digests, 700);
    for (const decision of decisions.slice(700)) next.push(structuredClone(decision));
    const changed = next.of("bkg_of_300")!;
    next.change(changed);
    changed.status = "RELEASED";
    decisions[300]!.status = "RELEASED";
    // The second has a change, the third was not full, the fourth is new.
    expect(next.changed).toBe(1_000 - 256);
    expect(pack(next)).toEqual([1, 2, 3]);
    expect([next.changed, pack(next)]).toEqual([0, []]);

    for (const of of [next, woken(kept, next.digests, 1_000)]) {
      expect(of.slice(0, 2_000)).toEqual(decisions);
      expect(decisions.map(({ index }) => of.at(index))).toEqual(decisions);
      expect(decisions.map(({ id }) => of.of(id)?.index)).toEqual(decisions.map(({ index }) => index));
      expect(of.of("bkg_of_1000")).toBeUndefined();
      expect(() => of.at(1_000)).toThrow("no decision 1000");
    }
  });

  it("are not taken from a block that is damaged, absent or in another's place", () => {
    const list = new DecisionList();
    for (const decision of made(600)) list.push(decision);
    const blocks = list.pack();
    const restore =
      (position: number, bytes: Uint8Array, digest = list.digests[position]) =>
      () =>
        new DecisionList().restore({ position, bytes }, digest, 600);
    const damaged = blocks[0]!.bytes.slice();
    damaged[damaged.length - 9]! ^= 1;
    expect(restore(0, blocks[0]!.bytes)).not.toThrow();
    for (const wrong of [restore(0, damaged), restore(0, blocks[1]!.bytes), restore(1, blocks[1]!.bytes)]) {
      expect(wrong).toThrow("of the snapshot is damaged");
    }
  });
});
