import { BSON } from "mongodb";
import { describe, expect, it } from "vitest";
import { upcomingFilter } from "./upcoming.ts";

const NOW = Date.parse("2026-12-01T18:00:00Z");

/** The pattern by which a text is looked for. */
function patternOf(q: string): RegExp {
  const filter = upcomingFilter({ page: 1, perPage: 20, q }, NOW);
  return (filter.$or as { name: RegExp }[])[0]!.name;
}

describe("a text that is looked for", () => {
  it.each(["(.*", "a\u0000b", "\\", "[x]"])("is found as it stands, and MongoDB takes it: %j", (q) => {
    const pattern = patternOf(q);
    expect(pattern.test(`before ${q.toUpperCase()} after`)).toBe(true);
    expect(pattern.test("anything else")).toBe(false);
    expect(() => BSON.serialize({ name: pattern })).not.toThrow();
  });
});
