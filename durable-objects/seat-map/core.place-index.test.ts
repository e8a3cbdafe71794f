import { expect, it } from "vitest";
import { PlaceIndex } from "./core/place-index.ts";

const index = new PlaceIndex([
  { seatIds: ["A-1", "A-2", "A-3"], generalAdmission: [{ name: "Floor", capacity: 2 }] },
  { seatIds: ["B-1", "B-2"], generalAdmission: [] },
]);

it("finds seats side by side and apart, in the order in which they are named", () => {
  expect(index.seats(["A-1", "A-2", "A-3"])).toEqual([0, 1, 2]);
  expect(index.seats(["A-3", "B-1", "B-2"])).toEqual([2, 5, 6]);
  expect(index.seats(["B-2", "A-2", "A-1", "A-3"])).toEqual([6, 1, 0, 2]);
  expect(index.seats([])).toEqual([]);
});

it("finds no seat where none is of that name", () => {
  expect(index.seats(["A-9", "A-1", "ga:Floor:1", "A-2", "B-3"])).toEqual([-1, 0, -1, 1, -1]);
});

it("knows which places are an area's, seats of a later plan behind it too", () => {
  const areas = Array.from({ length: index.size }, (_, place) => index.areaAt(place)?.name);
  expect(areas).toEqual([undefined, undefined, undefined, "Floor", "Floor", undefined, undefined]);
});
