import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePlanText } from "#shared/seating-plan/parse.ts";
import { type SeatTable, seatTable } from "#shared/seating-plan/seat-table.ts";
import { METRE } from "./common/units.ts";
import { AISLE, SEAT_PITCH } from "./house/geometry.ts";
import { operaHouse, planText } from "./opera-house.ts";

const file = readFileSync(new URL("opera-house.json", import.meta.url), "utf8");
const plan = operaHouse();
const table = seatTable(plan);
const seats = Array.from({ length: table.count }, (_, index) => index);
const rowOf = (index: number) => `${table.section[index]} ${table.row[index]}`;
const LEVELS = ["Stalls|Parterre", "First Tier|Central Box", "Balcony", "Gallery"].map((names) => {
  const pattern = new RegExp(`^(${names})`);
  return seats.filter((index) => pattern.test(table.section[index]!));
});

describe("the plan file", () => {
  it("is what the generator writes", () => {
    expect(file).toBe(planText(plan));
  });

  it("is a plan of the exchange format, with nothing in it that is ignored", () => {
    expect(parsePlanText(file)).toEqual({ ok: true, plan, ignored: [] });
  });

  it("stays under 400 KB", () => {
    expect(Buffer.byteLength(file)).toBeLessThan(400_000);
  });
});

describe("the house", () => {
  it("has about 1,500 seats, every one of them on one of four levels", () => {
    expect(table.count).toBeGreaterThan(1_400);
    expect(table.count).toBeLessThan(1_600);
    expect(LEVELS.flat().toSorted((a, b) => a - b)).toEqual(seats);
    for (const level of LEVELS) expect(level.length).toBeGreaterThan(100);
  });

  it("sells every one of its six categories", () => {
    expect(table.categories).toHaveLength(6);
    expect(new Set(table.categoryIndex).size).toBe(6);
  });

  it("is the same on both sides of its axis", () => {
    const [left, right] = ["Left", "Right"].map((side) =>
      seats.filter((i) => table.section[i]!.endsWith(side)),
    );
    const mirrored = right!.map((i) => `${rowOf(i).replace("Right", "Left")} ${table.categoryIndex[i]}`);
    expect(left!.map((i) => `${rowOf(i)} ${table.categoryIndex[i]}`).toSorted()).toEqual(mirrored.toSorted());
  });
});

describe("numbering", () => {
  it("names every place once: section, row and number", () => {
    expect(new Set(seats.map((index) => `${rowOf(index)} ${table.number[index]}`)).size).toBe(table.count);
  });

  it("letters the stalls' rows without I and O", () => {
    const rows = new Set(
      seats.filter((i) => table.section[i]!.startsWith("Stalls")).map((i) => table.row[i]),
    );
    expect([...rows].join("")).toBe("ABCDEFGHJKLMNPQRST");
  });

  it("gives the stalls odd numbers on the left and even ones on the right, from the middle gangway", () => {
    for (const [section, first] of [
      ["Stalls Left", 1],
      ["Stalls Right", 2],
    ] as const) {
      for (const row of rowsOf(section)) {
        const outwards = row.toSorted((a, b) => Math.abs(x(a)) - Math.abs(x(b)));
        expect(outwards.map((i) => Number(table.number[i]))).toEqual(outwards.map((_, n) => 2 * n + first));
      }
    }
  });

  it("numbers a tier's row from its left end through all sections", () => {
    for (const tier of ["Balcony", "Gallery"]) {
      for (const row of ["1", "2", "3", "5"]) {
        const ends = seats.filter((i) => table.section[i]!.startsWith(tier) && table.row[i] === row);
        const fromLeft = ["Left", "Centre", "Right"].flatMap((part) =>
          ends.filter((i) => table.section[i]!.endsWith(part)),
        );
        expect(fromLeft.map((i) => Number(table.number[i]))).toEqual(fromLeft.map((_, n) => n + 1));
      }
    }
  });

  it("numbers the boxes from the stage, with more chairs towards the middle of the house", () => {
    for (const section of ["Parterre Boxes Left", "First Tier Boxes Right"]) {
      const boxes = rowsOf(section);
      expect(boxes.map((box) => table.row[box[0]!])).toEqual(boxes.map((_, n) => `Box ${n + 1}`));
      expect(boxes.map((box) => box.length)).toEqual([4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6]);
      expect(y(boxes[0]![0]!)).toBeLessThan(y(boxes.at(-1)![0]!));
    }
  });

  it("lists neighbours next to each other, and nobody else", () => {
    for (const section of new Set(table.section)) {
      if (section.includes("Boxes")) continue;
      for (const row of rowsOf(section)) {
        const steps = row.slice(1).map((seat, n) => distance(row[n]!, seat));
        // A gangway may part a row of a side section.
        expect(Math.max(...steps)).toBeLessThan(AISLE + 2 * SEAT_PITCH);
        expect(steps.filter((step) => step > METRE).length).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("wheelchair places", () => {
  it("each have a companion's seat beside them, in the same row and at the same price", () => {
    const wheelchairs = seats.filter((index) => table.accessible[index]);
    expect(wheelchairs).toHaveLength(10);
    expect(seats.filter((index) => table.companion[index])).toHaveLength(10);
    for (const place of wheelchairs) {
      const companions = [place - 1, place + 1].filter(
        (i) => table.companion[i] && rowOf(i) === rowOf(place),
      );
      expect(companions.some((i) => distance(i, place) < METRE)).toBe(true);
      expect(companions.every((i) => table.categoryIndex[i] === table.categoryIndex[place])).toBe(true);
    }
  });

  it("are a metre wide", () => {
    for (const place of seats.filter((index) => table.accessible[index])) {
      expect(nearest(place, () => true)).toBeGreaterThanOrEqual((METRE + SEAT_PITCH) / 2 - 0.5);
    }
  });
});

describe("room", () => {
  it("is at least 52 cm from any seat to the next", () => {
    for (const seat of seats) expect(nearest(seat, () => true)).toBeGreaterThan(0.52 * METRE);
  });

  it("is at least a metre between the seats of two sections", () => {
    for (const seat of seats) {
      const section = table.section[seat];
      expect(nearest(seat, (other) => table.section[other] !== section)).toBeGreaterThan(METRE);
    }
  });

  it("keeps the levels apart on the page, each within it", () => {
    const frames = LEVELS.map(frameOf);
    for (const [index, frame] of frames.entries()) {
      expect(frame.left).toBeGreaterThan(METRE / 2);
      expect(frame.right).toBeLessThan(plan.size!.width - METRE / 2);
      expect(frame.bottom).toBeLessThan(plan.size!.height - METRE / 2);
      for (const other of frames.slice(index + 1)) {
        const apart = frame.right + METRE < other.left || frame.bottom + METRE < other.top;
        expect(apart).toBe(true);
      }
    }
  });

  it("leaves every drawing of stage, pit and captions clear of seats", () => {
    for (const zone of plan.zones) {
      for (const area of zone.areas ?? []) {
        if (area.shape !== "polygon" || zone.name?.includes("Box")) continue;
        const points = area.polygon!.points.map((point) => ({
          x: zone.position.x + area.position!.x + point.x,
          y: zone.position.y + area.position!.y + point.y,
        }));
        expect(seats.filter((seat) => isInside(points, seat))).toEqual([]);
      }
    }
  });
});

function x(index: number) {
  return table.x[index]! - plan.zones[0]!.position.x;
}

function y(index: number) {
  return table.y[index]!;
}

function distance(a: number, b: number) {
  return Math.hypot(table.x[a]! - table.x[b]!, table.y[a]! - table.y[b]!);
}

function nearest(seat: number, among: (other: number) => boolean) {
  return Math.min(
    ...seats.filter((other) => other !== seat && among(other)).map((other) => distance(seat, other)),
  );
}

/** The rows of a section in the order of the file, each a list of seat indexes. */
function rowsOf(section: string): number[][] {
  const rows = Map.groupBy(
    seats.filter((index) => table.section[index] === section),
    (index) => table.row[index],
  );
  return [...rows.values()];
}

function frameOf(level: number[]) {
  const column = (name: keyof Pick<SeatTable, "x" | "y">) => level.map((index) => table[name][index]!);
  return {
    left: Math.min(...column("x")),
    right: Math.max(...column("x")),
    top: Math.min(...column("y")),
    bottom: Math.max(...column("y")),
  };
}

/** Crossing number: how often a ray from the seat to the right crosses the outline. */
function isInside(outline: { x: number; y: number }[], seat: number) {
  const at = { x: table.x[seat]!, y: table.y[seat]! };
  let inside = false;
  for (const [index, a] of outline.entries()) {
    const b = outline[(index + 1) % outline.length]!;
    if (a.y > at.y === b.y > at.y) continue;
    if (at.x < a.x + ((at.y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
  }
  return inside;
}
