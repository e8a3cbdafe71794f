import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../config.ts";
import { CommandError, runCommand, UsageError, wholeNumberOption } from "./command.ts";

async function run(command: (args: string[]) => Promise<number>, args: string[] = []) {
  const printed: string[] = [];
  const code = await runCommand("Usage: it", command, { args, print: (text) => printed.push(text) });
  return { code, printed: printed.join("\n") };
}
const throwing = (error: unknown) => () => Promise.reject(error);

describe("a command", () => {
  it("ends with its own exit code", async () => {
    expect(await run(async (args) => args.length, ["a", "b", "c"])).toEqual({ code: 3, printed: "" });
  });

  it("shows how it is used after a wrong argument", async () => {
    expect(await run(throwing(new UsageError("not so")))).toEqual({ code: 2, printed: "not so\nUsage: it" });
    const { code, printed } = await run(async (args) => Number(parseArgs({ args, options: {} })), ["--what"]);
    expect(code).toBe(2);
    expect(printed).toMatch(/'--what'[\s\S]*Usage: it/);
  });

  it("prints the message alone of a failure that says all, and the place in the code of any other", async () => {
    for (const error of [new CommandError("nothing answers"), new ConfigError("nothing answers")]) {
      expect(await run(throwing(error))).toEqual({ code: 1, printed: "nothing answers" });
    }
    expect((await run(throwing(new Error("a fault")))).printed).toContain("command.test.ts");
    expect((await run(throwing("text"))).printed).toBe("text");
    const own = await runCommand("Usage: it", throwing(new CommandError("no")), {
      args: [],
      print: () => {},
      failureCode: 3,
    });
    expect(own).toBe(3);
  });
});

describe("an option's number", () => {
  it.each(["", "-1", "1.5", "x", "11", "9999999999"])("is not %j", (text) => {
    expect(() => wholeNumberOption("--n", text, { min: 0, max: 10 })).toThrow(
      "--n takes a whole number from 0 to 10",
    );
  });

  it("may be either bound", () => {
    expect(["0", "10"].map((text) => wholeNumberOption("--n", text, { min: 0, max: 10 }))).toEqual([0, 10]);
  });
});
