import { describe, expect, it } from "vitest";
import { refuseJsonText } from "./json-guard.ts";
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_PLAN_BYTES } from "./limits.ts";
import { parsePlan, parsePlanText } from "./parse.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("the text of a plan", () => {
  it("may be 25 MB of UTF-8, and not a byte more", () => {
    expect(refuseJsonText(`"${"x".repeat(MAX_PLAN_BYTES - 2)}"`)).toBeNull();
    expect(refuseJsonText(`"${"x".repeat(MAX_PLAN_BYTES - 1)}"`)).toBe("is larger than 25 MB");
  });

  it.each(["é", "€", "🎭"])("is measured in bytes, not in characters: %s", (character) => {
    const bytes = new TextEncoder().encode(character).length;
    const fits = character.repeat(Math.floor((MAX_PLAN_BYTES - 2) / bytes));
    expect(refuseJsonText(`"${fits}"`)).toBeNull();
    expect(refuseJsonText(`"${fits}${character}"`)).toBe("is larger than 25 MB");
  });

  it("may be nested as deep as the limit, and not deeper", () => {
    expect(refuseJsonText(nested(MAX_JSON_DEPTH))).toBeNull();
    expect(refuseJsonText(nested(MAX_JSON_DEPTH + 1))).toBe("is nested more than 32 levels deep");
    expect(refuseJsonText(`${'{"a":'.repeat(MAX_JSON_DEPTH + 1)}1`)).toBe(
      "is nested more than 32 levels deep",
    );
  });

  it("may hold as many values as the limit, and not more", () => {
    expect(refuseJsonText(`[${"0,".repeat(MAX_JSON_VALUES - 1)}0]`)).toBeNull();
    expect(refuseJsonText(`[${"0,".repeat(MAX_JSON_VALUES)}0]`)).toBe("holds more than 3000000 values");
    expect(refuseJsonText("[]".repeat(MAX_JSON_VALUES + 1))).toBe("holds more than 3000000 values");
  });

  it("may have brackets, quotes and commas inside strings", () => {
    expect(refuseJsonText(JSON.stringify([`\\"${"[{,".repeat(MAX_JSON_DEPTH * 2)}`, "\\"]))).toBeNull();
  });

  it.each([
    ["too deep", nested(1_000_000), "nested"],
    ["cut off", '{"name": "Plan"', "not JSON"],
    ["empty", "", "not JSON"],
    ["too many", `[${"[],".repeat(4_000_000)}[]]`, "values"],
    ["too large", " ".repeat(MAX_PLAN_BYTES + 1), "25 MB"],
  ])("is refused as a whole when it is %s", (_what, text, message) => {
    expect(parsePlanText(text)).toEqual({
      ok: false,
      errors: [{ path: "plan", message: expect.stringContaining(message) }],
    });
  });

  it("a number beyond all numbers is refused at its place", () => {
    const result = parsePlanText(
      '{"name":"P","categories":[],"zones":[{"position":{"x":1e999,"y":0},"rows":[]}]}',
    );
    expect(!result.ok && result.errors.map((error) => error.path)).toEqual(["zones[0].position.x"]);
  });
});

it("a value that is nested deeper than the stack is a clean error too", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 200_000; level++) deep = [deep];
  const plan = { name: "P", categories: [], zones: deep, general_admission: deep, size: deep };
  expect(parsePlan(plan).ok).toBe(false);
});
