import { expect, it } from "vitest";
import { countView, type EdgeTally } from "./views.ts";

it("are handed on once a second, each with how often", async () => {
  let now = 10_000;
  const told: [string, number][][] = [];
  const events = { viewed: async (views: [string, number][]) => void told.push(views) };
  const tally: EdgeTally = { views: new Map(), handedOnAt: now };
  const look = (id: string) => countView(id, { events, clock: () => now }, tally);
  for (const id of ["a", "b", "a"]) await look(id);
  expect(told).toEqual([]);
  now += 1_000;
  await look("a");
  expect(told.splice(0)).toEqual([
    [
      ["a", 3],
      ["b", 1],
    ],
  ]);
  for (let n = 0; n < 100; n++) await look(`other ${n}`);
  now += 1_000;
  await look("one too many");
  expect(told[0]).toHaveLength(49);
});
