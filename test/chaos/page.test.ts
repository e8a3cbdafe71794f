import { expect, it } from "vitest";
import { placeTable } from "./page.ts";

it("puts a table into its place, and touches nothing else", () => {
  const page = (table: string) =>
    `before\n<!-- measured: chaos -->\n${table}<!-- end -->\nafter\n<!-- end -->\n`;
  expect(placeTable(page("old"), "| $& | new |")).toBe(page("\n| $& | new |\n\n"));
  expect(() => placeTable("no place", "table")).toThrow("measured: chaos");
});
