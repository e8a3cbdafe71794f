import { describe, expect, it } from "vitest";
import { commandOf, readFlags } from "./flags.ts";
import { PARTS } from "./plan.ts";

const read = (...args: string[]) => readFlags(args, () => 0.5);

describe("the flags of a run", () => {
  it("have a default each", () => {
    expect(read()).toEqual({
      ...{
        minutes: 10,
        rate: 20,
        seed: 500_000,
        parts: [...PARTS],
        lockTtlSeconds: 90,
        markdown: false,
        keep: false,
      },
    });
  });

  it("are repeated by the command that is printed", () => {
    const flags = read(
      "--minutes",
      "1.5",
      "--rate",
      "5",
      "--seed",
      "7",
      "--parts",
      "mongo,mail",
      "--lock-ttl",
      "70",
    );
    const command = commandOf(flags);
    expect(command).toBe("npm run chaos -- --minutes 1.5 --rate 5 --seed 7 --parts mongo,mail --lock-ttl 70");
    expect(read(...command.split(" ").slice(4))).toEqual(flags);
  });

  it.each([
    ["--minutes", "0"],
    ["--minutes", "ten"],
    ["--rate", "-1"],
    ["--rate", "201"],
    ["--seed", "x"],
    ["--parts", "kafka"],
    ["--lock-ttl", "64"],
  ])("refuse %s %s by name", (flag, value) => {
    expect(() => read(flag, value)).toThrow(flag);
  });

  it("refuse more bookings than there are seats", () => {
    expect(() => read("--minutes", "60", "--rate", "20")).toThrow("there are 100000");
  });
});
