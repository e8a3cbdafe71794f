import { describe, expect, it } from "vitest";
import { type FieldSchema, fieldTable, typeOf } from "./fields.ts";

describe("a field's type", () => {
  it.each<[FieldSchema, string]>([
    [{ $ref: "#/components/schemas/Seat" }, "[Seat](#seat)"],
    [{ const: "x" }, "`x`"],
    [{ enum: ["A", "B", null] }, "`A`, `B`"],
    [{ type: ["string", "null"] }, "string or null"],
    [{ type: "string", format: "date-time" }, "time"],
    [{ type: "string", maxLength: 5 }, "string, up to 5 long"],
    [{ type: "integer", minimum: 1, maximum: 9 }, "integer, 1 to 9"],
    [{ type: "integer", minimum: 1 }, "integer, 1 or more"],
    [{ type: "integer", minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, "integer"],
    [{ type: "array", items: { type: "string" }, maxItems: 2 }, "list of string, up to 2"],
    [{ oneOf: [{ type: "string" }, { $ref: "#/x/Y" }] }, "string or [Y](#y)"],
    [{ allOf: [{ $ref: "#/x/Y" }] }, "[Y](#y)"],
    [{}, "anything"],
  ])("%j is %s", (schema, text) => {
    expect(typeOf(schema)).toBe(text);
  });
});

describe("a table of fields", () => {
  it("has the fields of what has no name of its own below it, and says what may be absent", () => {
    const inner = { properties: { b: { type: "string", default: "x" } }, required: ["b"] };
    const text = fieldTable({ allOf: [{ properties: { a: { type: "array", items: inner } } }] });
    expect(text).toMatch(/\| `a` +\| list of anything +\| may be absent +\|/);
    expect(text).toMatch(/\| `a\[\]\.b` +\| string +\| default `x` +\|/);
  });

  it("says so where there are none", () => {
    expect(fieldTable({ type: "object" })).toBe("Any JSON object.");
  });
});
