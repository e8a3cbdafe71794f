import { describe, expect, it } from "vitest";
import { table, withGenerated } from "./markdown.ts";

describe("generated parts of a page", () => {
  const page = "before\n<!-- generated: a -->\nold\n<!-- end -->\nafter\n";

  it("are replaced, and nothing else is", () => {
    expect(withGenerated(page, { a: "new" })).toBe(
      "before\n<!-- generated: a -->\n\nnew\n\n<!-- end -->\nafter\n",
    );
  });

  it("stay as they are when they are current", () => {
    const once = withGenerated(page, { a: "new" });
    expect(withGenerated(once, { a: "new" })).toBe(once);
  });

  it("need a place each, and each place its part", () => {
    expect(() => withGenerated(page, { a: "", b: "" })).toThrow("no place for: b");
    expect(() => withGenerated(page, {})).toThrow('nothing is generated for "a"');
  });

  it("are padded tables", () => {
    expect(table(["a", "b"], [["long", "c"]])).toBe("| a    | b |\n| ---- | - |\n| long | c |");
  });
});
