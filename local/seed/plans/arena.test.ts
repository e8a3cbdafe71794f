import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parsePlanText } from "#shared/seating-plan/parse.ts";
import { seatTable } from "#shared/seating-plan/seat-table.ts";
import { AISLE, FLOOR_DEPTH, HALF_WIDTH, SEAT_PITCH } from "./arena/bowl.ts";
import { arena } from "./arena.ts";
import { METRE } from "./common/units.ts";

const plan = arena();
const table = seatTable(plan);
const seats = Array.from({ length: table.count }, (_, index) => index);
const origin = plan.zones[0]!.position;
const at = (index: number) => ({ x: table.x[index]! - origin.x, y: table.y[index]! - origin.y });
const tierOf = (index: number) => table.section[index]!.split(" ")[0]!;
/** Seat indexes by row, in the order of the plan. */
const rows = [...Map.groupBy(seats, (i) => `${table.section[i]} ${table.row[i]}`).values()];
const sections = Map.groupBy(rows, ([first]) => table.section[first!]!);

describe("the plan", () => {
  it("is one of the exchange format, with nothing in it that is ignored", () => {
    expect(parsePlanText(JSON.stringify(plan))).toEqual({ ok: true, plan, ignored: [] });
  });

  it("is drawn the same every time, and gives every seat the index that it had", () => {
    expect(arena()).toEqual(plan);
    // A seat's index is its identity in a seat map that is sold from: a change of a rule must not move it unseen.
    expect(createHash("sha256").update(table.id.join("\n")).digest("hex")).toMatchInlineSnapshot(
      `"2a6735b818636c0ba5df10fadcb5e79a6f9c588f9a47398614b4e66e713f4509"`,
    );
  });

  it("has about 20,000 seats in two tiers, and two standing areas", () => {
    expect(table.count).toBeGreaterThan(19_000);
    expect(table.count).toBeLessThan(21_000);
    const tiers = Map.groupBy(seats, tierOf);
    expect([...tiers.keys()]).toEqual(["Lower", "Upper"]);
    for (const tier of tiers.values()) expect(tier.length).toBeGreaterThan(8_000);
    expect(table.generalAdmission.map(({ name }) => name)).toEqual(["Front standing", "Standing"]);
  });

  it("sells every one of its six categories, seats by four of them", () => {
    const standing = table.generalAdmission.map(({ categoryIndex }) => categoryIndex);
    expect(new Set([...table.categoryIndex, ...standing]).size).toBe(6);
    expect(new Set(table.categoryIndex).size).toBe(4);
  });

  it("is the same on both sides of its axis, but for the order of a pair on the platform", () => {
    const mirror = (section: string) =>
      section.replace(/\d+/, (n) => String((n.startsWith("1") ? 216 : 420) - Number(n)));
    const prices = (row: number[]) => row.map((i) => table.categoryIndex[i]);
    for (const [section, inSection] of sections) {
      for (const [n, row] of inSection.entries()) {
        const other = sections.get(mirror(section))![n]!;
        expect(other.length).toBe(row.length);
        if (!table.accessible[row[0]!]) expect(prices(other).toReversed()).toEqual(prices(row));
      }
    }
  });
});

describe("sections and rows", () => {
  it("counts the sections of a tier from the stage on the left, round the back, to the stage on the right", () => {
    const names = [...sections.keys()];
    const numbers = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);
    expect(names).toEqual([
      ...numbers(101, 15).map((n) => `Lower ${n}`),
      ...numbers(201, 19).map((n) => `Upper ${n}`),
    ]);
    const middle = (name: string) => at(sections.get(name)![0]![0]!);
    expect(middle("Lower 101").x).toBeLessThan(-HALF_WIDTH);
    expect(middle("Lower 115").x).toBeGreaterThan(HALF_WIDTH);
    expect(Math.abs(at(sections.get("Lower 108")![0]![0]!).y)).toBeGreaterThan(FLOOR_DEPTH);
  });

  it("numbers rows from the floor up and seats from a row's left end, each once", () => {
    for (const inSection of sections.values()) {
      expect(inSection.map(([first]) => table.row[first!])).toEqual(inSection.map((_, n) => String(n + 1)));
      for (const row of inSection) {
        expect(row.map((i) => table.number[i])).toEqual(row.map((_, n) => String(n + 1)));
      }
    }
  });

  it("sets neighbours beside each other, along the curve", () => {
    for (const row of rows) {
      for (const [n, seat] of row.slice(1).entries()) {
        const gap = distance(row[n]!, seat);
        expect(gap).toBeGreaterThan(0.95 * SEAT_PITCH);
        expect(gap).toBeLessThan(1.6 * SEAT_PITCH);
      }
    }
  });

  it("keeps a row at one distance from the rail", () => {
    for (const row of rows) {
      const offsets = row.map((i) => fromRail(at(i)));
      expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(0.02 * METRE);
    }
  });

  it("parts sections by a gangway of steps", () => {
    for (const [seat, near] of neighbours(1.6 * METRE)) {
      for (const other of near) {
        if (table.section[other] === table.section[seat]) continue;
        expect(distance(seat, other)).toBeGreaterThan(0.97 * AISLE);
      }
    }
  });

  it("has no two seats closer than a chair is wide", () => {
    for (const [seat, near] of neighbours(SEAT_PITCH)) {
      for (const other of near) expect(distance(seat, other)).toBeGreaterThan(0.95 * SEAT_PITCH);
    }
  });
});

describe("wheelchair places", () => {
  it("stand on the platform of the lower tier, each with a companion's seat beside it at the same price", () => {
    const wheelchairs = seats.filter((i) => table.accessible[i]);
    // Table 221.2.1.1 of the ADA standards.
    expect(wheelchairs.length).toBeGreaterThanOrEqual(36 + Math.ceil((table.count - 5_000) / 200));
    expect(seats.filter((i) => table.companion[i])).toHaveLength(wheelchairs.length);
    for (const place of wheelchairs) {
      expect([tierOf(place), table.row[place]]).toEqual(["Lower", "27"]);
      expect(table.companion[place + 1]).toBe(1);
      expect(distance(place, place + 1)).toBeLessThan(METRE);
      expect(table.categoryIndex[place + 1]).toBe(table.categoryIndex[place]);
    }
  });
});

describe("the page", () => {
  it("holds every seat, with room around", () => {
    for (const seat of seats) {
      expect(table.x[seat]).toBeGreaterThan(METRE);
      expect(table.x[seat]).toBeLessThan(plan.size!.width - METRE);
      expect(table.y[seat]).toBeGreaterThan(METRE);
      expect(table.y[seat]).toBeLessThan(plan.size!.height - METRE);
    }
  });

  it("draws stage and standing areas on the floor, clear of the seats", () => {
    for (const seat of seats) expect(fromRail(at(seat))).toBeGreaterThan(METRE);
    for (const { shape, position, polygon } of plan.zones[0]!.areas!) {
      if (shape !== "polygon") continue;
      for (const point of polygon!.points) {
        expect(fromRail({ x: position!.x + point.x, y: position!.y + point.y })).toBeLessThan(-METRE);
      }
    }
  });

  it("writes a section's number behind its seats, not over one", () => {
    for (const { name, areas } of plan.zones.slice(1)) {
      const caption = areas![0]!;
      for (const row of sections.get(name!)!) {
        for (const seat of row) {
          const gap = Math.hypot(at(seat).x - caption.position!.x, at(seat).y - caption.position!.y);
          expect(gap).toBeGreaterThan(METRE);
        }
      }
    }
  });
});

/** How far a point is outside the rail around the floor; negative inside. Worked out anew, not by the drawing's code. */
function fromRail({ x, y }: { x: number; y: number }): number {
  const radius = 14 * METRE;
  const dx = Math.abs(x) - (HALF_WIDTH - radius);
  const dy = y - (FLOOR_DEPTH - radius);
  if (dx > 0 && dy > 0) return Math.hypot(dx, dy) - radius;
  return Math.max(dx, dy) - radius;
}

function distance(a: number, b: number): number {
  return Math.hypot(table.x[a]! - table.x[b]!, table.y[a]! - table.y[b]!);
}

/** Each seat with the others within `reach`, through a grid: 20,000 seats are 400 million pairs. */
function* neighbours(reach: number): Generator<[seat: number, near: number[]]> {
  const cell = (value: number) => Math.floor(value / reach);
  const grid = Map.groupBy(seats, (i) => `${cell(table.x[i]!)} ${cell(table.y[i]!)}`);
  for (const seat of seats) {
    const near: number[] = [];
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        const key = `${cell(table.x[seat]!) + dx} ${cell(table.y[seat]!) + dy}`;
        near.push(...(grid.get(key) ?? []).filter((i) => i !== seat && distance(i, seat) < reach));
      }
    }
    yield [seat, near];
  }
}
