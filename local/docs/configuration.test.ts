import { describe, expect, it } from "vitest";
import { configurationPage, exampleFile, type Variables, workersVariables } from "./configuration.ts";
import { ROOT } from "./generated.ts";

const variables: Variables = {
  users: [
    { name: "A", fallback: "required", description: "What it is", example: "x y" },
    { name: "B", fallback: "7", description: "Seven | eight", example: "7" },
    { name: "C", fallback: "optional", description: "word ".repeat(40).trim(), example: "'{}'" },
  ],
};

describe("the configuration's documentation", () => {
  it("covers eight Workers", async () => {
    expect(Object.keys(await workersVariables(ROOT))).toHaveLength(8);
  });

  it("has a table of each Worker's variables with their defaults", () => {
    const page = configurationPage("<!-- generated: users -->\n<!-- end -->\n", variables);
    expect(page).toMatch(/\| `A` +\| required +\| What it is +\|/);
    expect(page).toMatch(/\| `B` +\| `7` +\| Seven \\\| eight +\|/);
    expect(page).toMatch(/\| `C` +\| optional +\|/);
  });

  it("has an example file that sets what is required, and shows the rest in comments that fit", () => {
    const text = exampleFile("# Head\n\n# == users: accounts\n\nOLD=1\n", variables);
    expect(text).toContain("# Head\n\n# == users: accounts\n\n# What it is\nA='x y'\n");
    expect(text).toContain("# B=7\n");
    expect(text).toContain("# C='{}'\n");
    expect(text).not.toContain("OLD");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(119);
  });

  it("needs a section for each Worker, and a Worker for each section", () => {
    expect(() => exampleFile("# Head\n# == users: a\n# == gone: b\n", variables)).toThrow("users, gone");
    expect(() => exampleFile("# Head\n", variables)).toThrow("the Workers are users");
  });
});
