import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countIgnored } from "./ignored.ts";
import {
  MAX_AREAS,
  MAX_CATEGORIES,
  MAX_COORDINATE,
  MAX_ERRORS,
  MAX_NAME_LENGTH,
  MAX_ROWS,
  MAX_ZONES,
} from "./limits.ts";
import { parsePlan, parsePlanText } from "./parse.ts";
import type { SeatingPlan } from "./schema.ts";
import { validPlan } from "./valid-plan.arbitrary.ts";

const at = { x: 0, y: 0 };
const seat = (guid: string, more: object = {}) => ({
  seat_guid: guid,
  seat_number: "1",
  position: at,
  category: "A",
  ...more,
});
const planOf = (seats: unknown[], more: object = {}) => ({
  name: "Plan",
  categories: [{ name: "A" }],
  zones: [{ position: at, rows: [{ row_number: "1", seats }] }],
  ...more,
});
const paths = (json: unknown) => {
  const result = parsePlan(json);
  return result.ok ? [] : result.errors.map((error) => error.path);
};

describe("a valid plan", () => {
  it("is kept in all its known fields, through text and back", () => {
    fc.assert(
      fc.property(validPlan, (plan) => {
        const first = parsePlanText(JSON.stringify(plan));
        expect(first).toEqual({ ok: true, plan, ignored: [] });
        if (first.ok) expect(parsePlanText(JSON.stringify(first.plan))).toEqual(first);
      }),
    );
  });

  it("may consist of general admission only", () => {
    const generalAdmission = [{ name: "Floor", category: "A", capacity: 100_000 }];
    expect(parsePlan(planOf([], { general_admission: generalAdmission })).ok).toBe(true);
  });

  it("may have 100,000 seats", () => {
    const seats = Array.from({ length: 100_000 }, (_, index) => seat(`s${index}`));
    expect(parsePlan(planOf(seats)).ok).toBe(true);
  });

  it("may begin with a byte order mark", () => {
    expect(parsePlanText(`\uFEFF${JSON.stringify(planOf([seat("a")]))}`).ok).toBe(true);
  });
});

describe("fields that the platform does not know", () => {
  it("are left out and named, with how often they came", () => {
    const json = planOf(
      [seat("a", { status: "free", position: { ...at, z: 1 } }), seat("b", { status: "sold" })],
      {
        constructor: "x",
        $schema: [[[[]]]],
      },
    );
    const result = parsePlan(json);
    expect(result).toEqual({
      ok: true,
      plan: planOf([seat("a"), seat("b")]),
      ignored: [
        "constructor",
        "$schema",
        "zones[].rows[].seats[].status (2 times)",
        "zones[].rows[].seats[].position.z",
      ].sort(inOrderOf(result.ok ? result.ignored : [])),
    });
  });

  it("are named below areas and their texts too", () => {
    const areas = [{ text: { text: "Bar", font: "x" }, polygon: { points: [{ ...at, z: 1 }] } }];
    const json = planOf([seat("a")]);
    const result = parsePlan({ ...json, zones: [{ ...json.zones[0], areas }] });
    expect(result.ok && result.ignored.toSorted()).toEqual([
      "zones[].areas[].polygon.points[].z",
      "zones[].areas[].text.font",
    ]);
  });

  it("are named 50 at most, and shortly", () => {
    const foreign = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}${"x".repeat(500)}`, n]));
    const result = parsePlan(planOf([seat("a")], foreign));
    const ignored = result.ok ? result.ignored : [];
    expect(ignored).toHaveLength(51);
    expect(ignored.at(-1)).toBe("and further fields");
    expect(Math.max(...ignored.map((entry) => entry.length))).toBeLessThanOrEqual(60);
    expect(countIgnored(foreign).size).toBe(51);
  });
});

describe("a spoilt plan is refused at its place", () => {
  type Spoilt = [what: string, field: string, spoil: (seat: Record<string, unknown>) => void];
  const position = (value: unknown) => (one: Record<string, unknown>) => {
    one.position = { x: 0, y: value };
  };
  const field = (name: string, value: unknown) => (one: Record<string, unknown>) => {
    one[name] = value;
  };
  const spoilt: Spoilt[] = [
    ["no guid", "seat_guid", (one) => delete one.seat_guid],
    ["an empty guid", "seat_guid", field("seat_guid", "")],
    ["a guid of another type", "seat_guid", field("seat_guid", 7)],
    ["a guid of general admission", "seat_guid", field("seat_guid", "ga:Floor:1")],
    ["the same in capitals", "seat_guid", field("seat_guid", "GA:Floor:1")],
    ["an overlong guid", "seat_guid", field("seat_guid", "x".repeat(MAX_NAME_LENGTH + 1))],
    ["a guid with a space behind", "seat_guid", field("seat_guid", "A-1 ")],
    ["a guid with a control character", "seat_guid", field("seat_guid", "A\u0000")],
    ["a guid with half a character", "seat_guid", field("seat_guid", "A\ud83c")],
    ["a number of another type", "seat_number", field("seat_number", 7)],
    ["an overlong number", "seat_number", field("seat_number", "x".repeat(MAX_NAME_LENGTH + 1))],
    ["an unknown category", "category", field("category", "nobody's")],
    ["no position", "position", (one) => delete one.position],
    ["an infinite position", "position.y", position(Number.POSITIVE_INFINITY)],
    ["a position that is no number", "position.y", position(Number.NaN)],
    ["a position far off", "position.y", position(MAX_COORDINATE + 1)],
    ["a flag of another type", "accessible", field("accessible", "yes")],
    ["a negative radius", "radius", field("radius", -1)],
  ];

  it.each(spoilt)("a seat with %s: %s", (_what, name, spoil) => {
    fc.assert(
      fc.property(validPlan, fc.nat(), (plan, pick) => {
        const places = seatPlaces(plan);
        const { path, seat: victim } = places[pick % places.length]!;
        spoil(victim as unknown as Record<string, unknown>);
        const result = parsePlan(plan);
        expect(result.ok ? [] : result.errors.map((error) => error.path)).toEqual([`${path}.${name}`]);
      }),
      { numRuns: 25 },
    );
  });

  it("a guid that comes twice: at the second one, naming the first", () => {
    fc.assert(
      fc.property(validPlan, fc.nat(), fc.nat(), (plan, one, other) => {
        const places = seatPlaces(plan);
        fc.pre(places.length > 1);
        const [a, b] = [one % places.length, other % places.length].sort((x, y) => x - y) as [number, number];
        fc.pre(a !== b);
        places[b]!.seat.seat_guid = places[a]!.seat.seat_guid;
        const result = parsePlan(plan);
        const errors = result.ok ? [] : result.errors;
        expect(errors.map((error) => error.path)).toEqual([`${places[b]!.path}.seat_guid`]);
        expect(errors[0]?.message).toContain(places[a]!.path);
      }),
    );
  });

  const general = (...entries: object[]) => planOf([], { general_admission: entries });
  const floor = { name: "Floor", category: "A", capacity: 1 };
  const zones = (...list: unknown[]) => ({ ...planOf([]), zones: list });
  const zoneOf = (more: object) =>
    zones({ position: at, rows: [{ row_number: "1", seats: [seat("a")] }], ...more });
  it.each<[what: string, json: unknown, path: string]>([
    ["no object", [], "plan"],
    ["null", null, "plan"],
    ["no name", { ...planOf([seat("a")]), name: undefined }, "name"],
    ["no categories", { ...planOf([]), categories: undefined }, "categories"],
    ["no zones", { ...planOf([seat("a")]), zones: {} }, "zones"],
    ["no places", planOf([]), "zones"],
    ["a zone that is a number", zones(7), "zones[0]"],
    ["a zone without a position", zoneOf({ position: undefined }), "zones[0].position"],
    ["a row that is null", zones({ position: at, rows: [null] }), "zones[0].rows[0]"],
    ["rows that are none", zones({ position: at }), "zones[0].rows"],
    ["seats that are none", zones({ position: at, rows: [{ row_number: "1" }] }), "zones[0].rows[0].seats"],
    [
      "a row's number missing",
      zones({ position: at, rows: [{ seats: [seat("a")] }] }),
      "zones[0].rows[0].row_number",
    ],
    ["areas that are none", zoneOf({ areas: {} }), "zones[0].areas"],
    ["an area's shape", zoneOf({ areas: [{ shape: "star" }] }), "zones[0].areas[0].shape"],
    ["an area's text", zoneOf({ areas: [{ text: 7 }] }), "zones[0].areas[0].text"],
    ["an area's colour", zoneOf({ areas: [{ color: '"><script>' }] }), "zones[0].areas[0].color"],
    ["an overlong colour", zoneOf({ areas: [{ color: "x".repeat(65) }] }), "zones[0].areas[0].color"],
    ["an area's overlong text", zoneOf({ areas: [{ text: "x".repeat(1_001) }] }), "zones[0].areas[0].text"],
    [
      "an area's control character",
      zoneOf({ areas: [{ text: { text: "\u0007" } }] }),
      "zones[0].areas[0].text.text",
    ],
    ["an area's rotation", zoneOf({ areas: [{ rotation: Number.NaN }] }), "zones[0].areas[0].rotation"],
    [
      "a polygon's point",
      zoneOf({ areas: [{ polygon: { points: [at, { x: 0, y: "0" }] } }] }),
      "zones[0].areas[0].polygon.points[1].y",
    ],
    [
      "too many points",
      zoneOf({ areas: [{ polygon: { points: new Array(1001).fill(at) } }] }),
      "zones[0].areas[0].polygon.points",
    ],
    [
      "a category twice",
      { ...planOf([seat("a")]), categories: [{ name: "A" }, { name: "A" }] },
      "categories[1].name",
    ],
    [
      "a category's empty name",
      { ...planOf([seat("a")]), categories: [{ name: "A" }, { name: "" }] },
      "categories[1].name",
    ],
    [
      "an infinite size",
      planOf([seat("a")], { size: { width: Number.POSITIVE_INFINITY, height: 1 } }),
      "size.width",
    ],
    ["admission twice", general(floor, floor), "general_admission[1].name"],
    ["admission of no category", general({ ...floor, category: "B" }), "general_admission[0].category"],
    ["admission with a colon", general({ ...floor, name: "a:b" }), "general_admission[0].name"],
    ["no capacity", general({ ...floor, capacity: 0 }), "general_admission[0].capacity"],
    ["a capacity of parts", general({ ...floor, capacity: 1.5 }), "general_admission[0].capacity"],
    ["a capacity over the limit", general({ ...floor, capacity: 100_001 }), "general_admission[0].capacity"],
    [
      "capacities over the limit together",
      general({ ...floor, capacity: 60_000 }, { ...floor, name: "Rear", capacity: 60_000 }),
      "general_admission[1].capacity",
    ],
    [
      "seats and capacity over the limit together",
      planOf([seat("a")], { general_admission: [{ ...floor, capacity: 100_000 }] }),
      "general_admission[0].capacity",
    ],
  ])("%s", (_what, json, path) => {
    expect(paths(json)).toEqual([path]);
  });
});

describe("limits", () => {
  const rowOf = (seats: unknown[]) => ({ row_number: "1", seats });
  const zoneOf = (rows: unknown[], areas: unknown[] = []) => ({ position: at, rows, areas });
  const half = MAX_ROWS / 2;

  it.each<[what: string, zones: unknown[], path: string]>([
    ["seats of a row", [zoneOf([rowOf(new Array(100_001).fill(1))])], "zones[0].rows[0].seats"],
    [
      "seats in all",
      [zoneOf([rowOf(seats(0, 60_000)), rowOf(seats(60_000, 60_000))])],
      "zones[0].rows[1].seats",
    ],
    ["zones", new Array(MAX_ZONES + 1).fill(1), "zones"],
    [
      "rows in all",
      [zoneOf(new Array(half).fill(rowOf([]))), zoneOf(new Array(half + 1).fill(rowOf([])))],
      "zones[1].rows",
    ],
    ["areas in all", [zoneOf([], new Array(MAX_AREAS).fill({})), zoneOf([], [{}])], "zones[1].areas"],
  ])("one too many %s ends the reading there", (_what, zones, path) => {
    expect(paths({ ...planOf([]), zones })).toEqual([path]);
  });

  it("one too many categories ends the reading there", () => {
    const categories = Array.from({ length: MAX_CATEGORIES + 1 }, (_, n) => ({ name: `${n}` }));
    expect(paths({ ...planOf([seat("a")]), categories })).toEqual(["categories"]);
  });

  it("lists 50 errors at most, the first of the file", () => {
    const result = paths(planOf(new Array(90_000).fill(1)));
    expect(result).toEqual(Array.from({ length: MAX_ERRORS }, (_, n) => `zones[0].rows[0].seats[${n}]`));
  });

  it("reads no further than the last error it lists", () => {
    let read = 0;
    const faulty = () => Object.defineProperty({}, "seat_guid", { enumerable: true, get: () => read++ });
    parsePlan(planOf(Array.from({ length: 1_000 }, faulty)));
    expect(read).toBeLessThanOrEqual(MAX_ERRORS);
  });

  it("repeats a foreign value in part only", () => {
    const result = parsePlan(planOf([seat("a", { category: "x".repeat(MAX_NAME_LENGTH) })]));
    expect(!result.ok && result.errors[0]?.message.length).toBeLessThan(130);
  });

  function seats(from: number, count: number) {
    return Array.from({ length: count }, (_, index) => seat(`s${from + index}`));
  }
});

function seatPlaces(plan: SeatingPlan) {
  return plan.zones.flatMap((zone, z) =>
    zone.rows.flatMap((row, r) =>
      row.seats.map((one, s) => ({ path: `zones[${z}].rows[${r}].seats[${s}]`, seat: one })),
    ),
  );
}

/** `ignored` comes in the order of the walk, which is not what these tests are about. */
function inOrderOf(list: string[]) {
  return (a: string, b: string) => list.indexOf(a) - list.indexOf(b);
}
