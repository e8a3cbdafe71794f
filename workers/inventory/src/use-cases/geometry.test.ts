import { describe, expect, it } from "vitest";
import type { Seating } from "#shared/rpc/events.ts";
import { seatingOf } from "../testing/seating.ts";
import { geometryOf } from "./geometry.ts";

/** Seats at positions, each with its section, row and number. */
function seating(seats: [section: string, row: string, number: string, x: number, y: number][]): Seating {
  const whole = seatingOf(
    "evnt_1",
    3,
    Array.from(seats, (_, n) => `s${n}`),
  );
  const column = <T>(of: (seat: (typeof seats)[number]) => T) => seats.map(of);
  Object.assign(whole.table, {
    ...{ section: column(([section]) => section), row: column(([, row]) => row) },
    ...{ number: column(([, , number]) => number) },
    ...{ x: Float64Array.from(seats, ([, , , x]) => x), y: Float64Array.from(seats, ([, , , , y]) => y) },
  });
  return whole;
}
const row = (name: string, numbers: (number | string)[], xs = numbers.map((_, n) => n * 10)) =>
  numbers.map((number, n): [string, string, string, number, number] => {
    return ["Stalls", name, String(number), xs[n]!, 0];
  });
const begins = (seats: Parameters<typeof seating>[0]) => [...geometryOf(seating(seats)).begins];

describe("how seats lie", () => {
  it("is in runs, which a row ends, a wide gap, and numbers that are left out", () => {
    expect(begins([...row("A", [1, 2, 3]), ...row("B", [1, 2])])).toEqual([1, 0, 0, 1, 0]);
    expect(begins(row("A", [1, 2, 3, 4], [0, 10, 30, 40]))).toEqual([1, 0, 1, 0]);
    expect(begins(row("A", [1, 2, 4, 5]))).toEqual([1, 0, 1, 0]);
    expect(begins(row("A", [1, 3, 5, 9]))).toEqual([1, 0, 0, 1]);
    // Numbers that are none, and seats that all lie at one point, tell nothing.
    expect(begins(row("A", ["a", "b", ""]))).toEqual([1, 0, 0]);
    expect(begins(row("A", [3, 2, 1], [0, 0, 0]))).toEqual([1, 0, 0]);
  });

  it("numbers rows one behind the other in turn, and never across sections", () => {
    const seats = [...row("A", [1]), ...row("B", [1])];
    const balcony = row("C", [1]).map((seat) => seat.with(0, "Balcony")) as typeof seats;
    expect([...geometryOf(seating([...seats, ...balcony])).row]).toEqual([0, 1, 3]);
  });

  it("has the focal point of a category in the middle of its front", () => {
    const front = row("A", [1, 2, 3]);
    const back = front.map(([section, , number, x]) => [section, "B", number, x, 30] as (typeof front)[0]);
    expect([...geometryOf(seating([...front, ...back])).distance]).toEqual([100, 0, 100, 316, 300, 316]);
  });

  it("has a category, access and the plan's version", () => {
    const whole = seating(row("A", [1, 2, 3]));
    whole.table.accessible[0] = 1;
    whole.table.companion[1] = 1;
    whole.table.categories = ["A", "B"];
    whole.table.categoryIndex[2] = 1;
    const { access, category, planVersion } = geometryOf(whole);
    expect([[...access], [...category], planVersion]).toEqual([[1, 2, 0], [0, 0, 1], 3]);
  });
});
