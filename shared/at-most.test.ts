import { expect, it } from "vitest";
import { atMost } from "./at-most.ts";

it("lets so many go at once, the next as one ends, whatever its end, in the order in which they came", async () => {
  const limited = atMost(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<number>());
  const results = ends.map(({ promise }, n) =>
    limited(() => {
      begun.push(n);
      return promise;
    }),
  );
  const settled = Promise.allSettled(results);
  const pass = () => new Promise((resolve) => setImmediate(resolve));
  await pass();
  expect(begun).toEqual([0, 1]);
  ends[1]!.reject(new Error("no"));
  await pass();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!.resolve(0);
  await pass();
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[2]!.resolve(2);
  ends[3]!.resolve(3);
  expect((await settled).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});
