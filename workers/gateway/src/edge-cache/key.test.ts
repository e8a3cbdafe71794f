import { expect, it } from "vitest";
import { listEventsRoute } from "#shared/contracts/events.ts";
import { seatPlanRoute } from "#shared/contracts/inventory.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { keyOf } from "./key.ts";
import { edgeRuleOf } from "./rules.ts";

const of = (route: object, query: string, params: string[] = []) =>
  keyOf(route as AnyRoute, edgeRuleOf(route as AnyRoute)!, {
    params,
    query: new URLSearchParams(query),
    form: "application/json",
  });
const list = (query: string) => of(listEventsRoute, query);

it("is the same for whoever gets the same answer", () => {
  const key = list("");
  expect(key).not.toBeNull();
  for (const same of ["page=1", "perPage=20&page=1", "page=01", "junk=1", "utm_source=x&junk=2&page=1"])
    expect(list(same)).toBe(key);
  expect(list("category=jazz&venueId=ven_1&x=1")).toBe(list("venueId=ven_1&category=jazz"));
});

it("is another one for another answer", () => {
  const others = [
    "",
    "page=2",
    "perPage=21",
    "venueId=a",
    "category=a",
    "category=a%26page%3D2",
    "category=",
  ];
  expect(new Set(others.map(list)).size).toBe(others.length);
  expect(of(seatPlanRoute, "v=1", ["a/plan"])).not.toBe(of(seatPlanRoute, "v=1", ["a", "plan"]));
});

it("is none for what the service refuses, or hardly anybody asks for", () => {
  const none = ["page=x", "perPage=101", "page=1&page=2", "q=x", "from=2030-01-01T00:00:00Z", "page=21"];
  expect(none.map(list)).toEqual(none.map(() => null));
  for (const refused of ["", "v=x", "v=0"]) expect(of(seatPlanRoute, refused, ["evnt_1"])).toBeNull();
  expect(of(seatPlanRoute, "v=7", ["evnt_1"])).not.toBeNull();
});
