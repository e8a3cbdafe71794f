import { describe, expect, it } from "vitest";
import { commandOf, readFlags } from "./flags.ts";
import { PARTS } from "./plan.ts";

const read = (...args: string[]) => readFlags(args, () => 0.5, "embedded");
const readOnServers = (...args: string[]) => readFlags(args, () => 0.5, "servers");

describe("the flags of a run", () => {
  it("have a default each", () => {
    expect(read()).toEqual({
      ...{
        minutes: 10,
        rate: 20,
        seed: 500_000,
        parts: [...PARTS],
        backends: "embedded",
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

  it("know the servers where there are some, and say so in the command", () => {
    const flags = readOnServers("--parts", "kafka,postgres", "--minutes", "2", "--rate", "5", "--seed", "1");
    expect(flags.parts).toEqual(["kafka", "postgres"]);
    expect(commandOf(flags)).toBe(
      "TICKETFLOW_BACKENDS=servers npm run chaos -- --minutes 2 --rate 5 --seed 1 --parts kafka,postgres --lock-ttl 90",
    );
    expect(readOnServers().parts).toEqual([...PARTS, "kafka", "mongo-front", "redis-server"]);
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
