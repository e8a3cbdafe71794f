import { describe, expect, it } from "vitest";
import { Unavailable } from "./errors/problem.ts";
import { gather } from "./gather.ts";

describe("gather", () => {
  it("asks at once for who is alone, and together for those who came meanwhile", async () => {
    const calls: number[][] = [];
    let goOn = Promise.withResolvers<void>();
    const ask = gather(async (items: number[]) => {
      calls.push(items);
      await goOn.promise;
      return items.map((item) => item * 10);
    }, 3);
    const first = ask(1);
    await Promise.resolve();
    await Promise.resolve();
    const others = [2, 3, 4, 5].map(ask);
    expect(calls).toEqual([[1]]);
    goOn.resolve();
    expect(await first).toBe(10);
    goOn = Promise.withResolvers();
    goOn.resolve();
    expect(await Promise.all(others)).toEqual([20, 30, 40, 50]);
    expect(calls).toEqual([[1], [2, 3, 4], [5]]);
    expect(await ask(6)).toBe(60);
  });

  it("finds the one that is refused, and answers the others", async () => {
    const ask = gather(async (items: number[]) => {
      if (items.includes(2)) throw new Error("refused");
      return items;
    }, 10);
    const answers = await Promise.allSettled([1, 2, 3].map(ask));
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("asks nobody again while there is an outage", async () => {
    let calls = 0;
    const ask = gather<number, number>(async () => {
      calls += 1;
      throw new Unavailable("mongodb", "out");
    }, 10);
    const answers = await Promise.allSettled([1, 2, 3].map(ask));
    expect(answers.every(({ status }) => status === "rejected")).toBe(true);
    expect(calls).toBe(1);
  });
});
