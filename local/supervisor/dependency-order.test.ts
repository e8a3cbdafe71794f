import { describe, expect, it } from "vitest";
import { dependencyOrder } from "./dependency-order.ts";
import { scriptPart } from "./testing.ts";

const part = (name: string, dependsOn: string[] = [], ports: number[] = []) =>
  scriptPart(name, "", { dependsOn, ports });

describe("dependencyOrder", () => {
  it("puts each part after those that it depends on", () => {
    const names = dependencyOrder([part("c", ["b", "a"]), part("b", ["a"]), part("a"), part("d")]).map(
      (p) => p.name,
    );
    expect(names).toEqual(["a", "b", "c", "d"]);
  });

  it("names a circle, an unknown dependency, a doubled name, a doubled port and a bad name", () => {
    expect(() => dependencyOrder([part("a", ["b"]), part("b", ["a"])])).toThrow(/circle: a -> b -> a/);
    expect(() => dependencyOrder([part("a", ["nobody"])])).toThrow(/a depends on nobody/);
    expect(() => dependencyOrder([part("a"), part("a")])).toThrow(/same name/);
    expect(() => dependencyOrder([part("a", [], [80]), part("b", [], [80])])).toThrow(
      /a and b both want port 80/,
    );
    expect(() => dependencyOrder([part("../a")])).toThrow(/not a name/);
  });
});
