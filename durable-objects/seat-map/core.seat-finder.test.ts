import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BestAvailable, SeatGeometry } from "./rpc.ts";
import { MemoryStorage } from "./storage/memory.ts";
import { hold, lock, release } from "./testing/commands.ts";
import { LOCK_TTL_MS, Rig } from "./testing/rig.ts";

/** A seat of a small hall: where it is, what it is, and whether somebody has it. */
interface Seat {
  row: number;
  /** Seats beside each other have numbers that follow one another. */
  number: number;
  category: number;
  access: number;
  distance: number;
  isTaken: boolean;
}

/** Rows drawn as text: `.` free, `x` taken, a space a gap, `W` a place for a wheelchair, `c` a seat beside one. */
function hallOf(rows: string[], categoryOf: (row: number, at: number) => number = () => 0): Seat[] {
  return rows.flatMap((text, row) =>
    [...text].flatMap((sign, at): Seat[] => {
      if (sign === " ") return [];
      const access = sign === "W" ? 1 : sign === "c" ? 2 : 0;
      const distance = row * 10 + Math.abs(at - text.length / 2 + 0.5) * 2;
      return [{ row, number: at, category: categoryOf(row, at), access, distance, isTaken: sign === "x" }];
    }),
  );
}

function geometryOf(seats: Seat[]): SeatGeometry {
  const isBeside = (n: number) =>
    n > 0 && seats[n]!.row === seats[n - 1]!.row && seats[n]!.number === seats[n - 1]!.number + 1;
  return {
    planVersion: 1,
    begins: Uint8Array.from(seats, (_, n) => (isBeside(n) ? 0 : 1)),
    row: Uint32Array.from(seats, ({ row }) => row),
    category: Uint8Array.from(seats, ({ category }) => category),
    access: Uint8Array.from(seats, ({ access }) => access),
    distance: Uint32Array.from(seats, ({ distance }) => distance),
  };
}

const idOf = ({ row, number }: Seat) => `${row}-${number}`;

/** A map of the hall, in which the taken seats are. */
function mapOf(seats: Seat[]): Rig {
  const rig = new Rig(new MemoryStorage());
  const plan = { eventId: "evnt_1", planVersion: 1, generalAdmission: [], decisionsKeptUntil: 4e12 };
  rig.open({ ...plan, seatIds: seats.map(idOf) });
  const taken = seats.filter(({ isTaken }) => isTaken);
  for (const [n, seat] of taken.entries()) rig.do(lock(`bkg_${n}`, [idOf(seat)]));
  expect(rig.map.learn(geometryOf(seats))).toBe(true);
  return rig;
}

const wants = (part: Partial<BestAvailable>): BestAvailable => ({
  ...{ quantity: 2, categories: [0], accessible: 0, together: true, ...part },
});
const best = (rig: Rig, part: Partial<BestAvailable>, id = "hold_best") =>
  rig.do({ ...hold(id, []), bestAvailable: wants(part) });
const given = (rows: string[], part: Partial<BestAvailable> = {}) => {
  const result = best(mapOf(hallOf(rows)), part);
  return result.outcome === "LOCKED" ? result.seatIds : result;
};

/** What a choice costs, in order of weight: single seats that it leaves, then distance. The plainest way there is. */
function costOf(choice: Seat[], seats: Seat[]): [singles: number, distance: number] {
  const isFree = (row: number, number: number) =>
    seats.some((seat) => seat.row === row && seat.number === number && !seat.isTaken);
  const isChosen = (row: number, number: number) =>
    choice.some((seat) => seat.row === row && seat.number === number);
  const stays = (row: number, number: number) => isFree(row, number) && !isChosen(row, number);
  const singles = seats.filter(({ row, number }) => {
    const beside = [number - 1, number + 1];
    return (
      stays(row, number) && !beside.some((at) => stays(row, at)) && beside.some((at) => isChosen(row, at))
    );
  });
  return [singles.length, choice.reduce((sum, { distance }) => sum + distance, 0)];
}

/** Every way to give `quantity` seats side by side, among those that may be given at all. */
function blocksOf(seats: Seat[], quantity: number, { categories, accessible }: BestAvailable): Seat[][] {
  const mayBe = seats.filter(
    ({ isTaken, category, access }) =>
      !isTaken && categories.includes(category) && (accessible > 0 || access === 0),
  );
  const blocks = mayBe.flatMap((first) => {
    const block = Array.from({ length: quantity }, (_, n) =>
      mayBe.find(({ row, number }) => row === first.row && number === first.number + n),
    );
    return block.every((seat) => seat !== undefined) ? [block as Seat[]] : [];
  });
  return blocks.filter((block) => block.filter(({ access }) => access === 1).length === accessible);
}

function choicesOf(seats: Seat[], wanted: BestAvailable): Seat[][] {
  const together = blocksOf(seats, wanted.quantity, wanted);
  if (together.length > 0 || wanted.together || wanted.accessible > 0) return together;
  const sizes = Array.from({ length: wanted.quantity - 1 }, (_, n) => n + 1);
  return sizes.flatMap((size) =>
    blocksOf(seats, size, wanted).flatMap((front) =>
      blocksOf(seats, wanted.quantity - size, wanted)
        .filter((back) => back[0]!.row === front[0]!.row + 1)
        .map((back) => [...front, ...back]),
    ),
  );
}

const seatSigns = fc.constantFrom(".", ".", ".", "x", "x", " ", "W", "c");
const halls = fc
  .record({
    rows: fc.array(fc.array(seatSigns, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 4 }),
    categories: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 36, maxLength: 36 }),
    distances: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 36, maxLength: 36 }),
  })
  .map(({ rows, categories, distances }) => {
    const drawn = hallOf(
      rows.map((row) => row.join("")),
      (row, at) => categories[row * 9 + at]!,
    );
    return drawn.map((seat, n) => ({ ...seat, distance: distances[n]! }));
  })
  .filter((seats) => seats.length > 0);
const wishes = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  categories: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }),
  accessible: fc.constantFrom(0, 0, 0, 1, 2),
  together: fc.boolean(),
});

describe("the best available", () => {
  it("is as good as the best of all choices there are, in any small hall", () => {
    const seen = { together: 0, split: 0, accessible: 0, none: 0 };
    const ask = (rig: Rig, seats: Seat[], wanted: BestAvailable, id: string): Seat[] => {
      const result = best(rig, wanted, id);
      const costs = choicesOf(seats, wanted).map((choice) => costOf(choice, seats));
      const [least] = costs.toSorted(([a, b], [c, d]) => a - c || b - d);
      if (!least) {
        seen.none += 1;
        expect(result).toMatchObject({ outcome: "REFUSED", reason: "SOLD_OUT" });
        return [];
      }
      expect(result.outcome).toBe("LOCKED");
      const { seatIds } = result as { seatIds: string[] };
      const choice = seatIds.map((one) => seats.find((seat) => idOf(seat) === one)!);
      const isSplit = choice[0]!.row !== choice.at(-1)!.row;
      seen[isSplit ? "split" : wanted.accessible > 0 ? "accessible" : "together"] += 1;
      expect(costOf(choice, seats)).toEqual(least);
      return choice;
    };
    const mark = (seats: Seat[], isTaken: boolean) => {
      for (const seat of seats) seat.isTaken = isTaken;
    };
    fc.assert(
      fc.property(halls, fc.array(wishes, { minLength: 1, maxLength: 6 }), (drawn, asked) => {
        const seats = drawn.map((seat) => ({ ...seat }));
        const rig = mapOf(seats);
        const given: Seat[][] = [];
        for (const [n, wish] of asked.entries()) {
          const accessible = Math.min(wish.accessible, wish.quantity);
          const choice = ask(rig, seats, { ...wish, accessible }, `hold_${n}`);
          mark(choice, true);
          given.push(choice);
          // What is given back can be had again.
          if (n % 3 !== 1) continue;
          rig.do({ ...release("hold_0"), owner: { kind: "hold", id: "hold_0" } });
          mark(given[0]!, false);
          given[0] = [];
        }
      }),
      { seed: 20_261_126, numRuns: 300 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(15);
  });

  it("is near the focal point, and leaves no single seat behind where that can be", () => {
    expect(given(["......", "......"])).toEqual(["0-2", "0-3"]);
    expect(given(["...", "......"])).toEqual(["1-2", "1-3"]);
    expect(given(["..."])).toEqual(["0-0", "0-1"]);
    expect(given(["x..x", "......"], { quantity: 1 })).toEqual(["1-2"]);
  });

  it("is on one side of a gap, and in two rows for whom that will do alone", () => {
    expect(given(["..x. ...", "xxxxx"], { quantity: 3 })).toEqual(["0-5", "0-6", "0-7"]);
    const refusal = { reason: "SOLD_OUT", unavailableSeatIds: [] };
    expect(given([".. ..", "x..xx"], { quantity: 4 })).toMatchObject(refusal);
    const split = given([".. ..", "x..xx"], { quantity: 4, together: false });
    expect(split).toEqual(["0-0", "0-1", "1-1", "1-2"]);
  });

  it("keeps places for wheelchairs, and the seats beside them, for who asks for them", () => {
    expect(given(["Wc..", "xxxx"])).toEqual(["0-2", "0-3"]);
    expect(given(["Wcxx", "xx.."])).toEqual(["1-2", "1-3"]);
    expect(given(["..Wc", "...."], { accessible: 1 })).toEqual(["0-2", "0-3"]);
    expect(given(["....", "...."], { accessible: 1 })).toMatchObject({ reason: "SOLD_OUT" });
  });

  it("counts seats under a lock that has run out", () => {
    const rig = mapOf(hallOf(["xx"]));
    expect(best(rig, {})).toMatchObject({ reason: "SOLD_OUT" });
    rig.reading += LOCK_TTL_MS;
    expect(best(rig, {})).toMatchObject({ outcome: "LOCKED", seatIds: ["0-0", "0-1"] });
  });

  it("is given once: the next one gets the next best, and a repeat the same", () => {
    const rig = mapOf(hallOf(["......"]));
    const first = best(rig, {}, "hold_1");
    expect(first).toMatchObject({ seatIds: ["0-2", "0-3"] });
    expect(best(rig, {}, "hold_2")).toMatchObject({ seatIds: ["0-0", "0-1"] });
    expect(best(rig, {}, "hold_1")).toEqual(first);
    rig.do({ ...release("hold_1"), owner: { kind: "hold", id: "hold_1" } });
    expect(best(rig, {}, "hold_3")).toMatchObject({ seatIds: ["0-2", "0-3"] });
  });

  it("needs to know how the seats lie, of this very plan, after each wake", () => {
    const seats = hallOf(["...."]);
    const rig = mapOf(seats);
    rig.restart();
    expect(best(rig, {})).toEqual({ outcome: "NO_GEOMETRY" });
    expect(rig.map.learn({ ...geometryOf(seats), planVersion: 2 })).toBe(false);
    expect(rig.map.learn(geometryOf(seats.slice(1)))).toBe(false);
    expect(rig.map.learn(geometryOf(seats))).toBe(true);
    const { plan } = rig.map.state.opened!;
    rig.open({ ...plan, planVersion: 2, seatIds: [...plan.seatIds, "0-4"] });
    expect(best(rig, {})).toEqual({ outcome: "NO_GEOMETRY" });
  });

  it.each([
    ["BAD_QUANTITY", { quantity: 0 }],
    ["BAD_QUANTITY", { quantity: 11 }],
    ["BAD_QUANTITY", { quantity: Number.NaN }],
    ["BAD_QUANTITY", { quantity: 2, accessible: 3 }],
    ["BAD_QUANTITY", { categories: [-1] }],
    ["BAD_QUANTITY", { categories: [0.5] }],
  ])("is invalid: %s %j", (problem, part) => {
    expect(best(mapOf(hallOf(["...."])), part)).toEqual({ outcome: "INVALID", problem });
  });

  it("is not asked for beside seats that are named", () => {
    const rig = mapOf(hallOf(["...."]));
    const both = { ...hold("hold_1", ["0-0"]), bestAvailable: wants({}) };
    expect(rig.do(both)).toEqual({ outcome: "INVALID", problem: "TOO_MANY_PLACES" });
  });
});
