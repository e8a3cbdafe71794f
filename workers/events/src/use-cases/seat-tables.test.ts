import { expect, it } from "vitest";
import type { EventsDeps } from "./deps.ts";
import { loadSeatTable } from "./seat-tables.ts";

const PLAN = JSON.stringify({
  name: "Hall",
  categories: [{ name: "A" }],
  zones: [
    {
      position: { x: 0, y: 0 },
      rows: [
        {
          row_number: "1",
          position: { x: 0, y: 0 },
          seats: [{ seat_guid: "1-1", seat_number: "1", position: { x: 0, y: 0 }, category: "A" }],
        },
      ],
    },
  ],
});

/** A store that counts how often a plan is read; what each reading gives is the test's. */
function rig(readings: (() => AsyncGenerator<string>)[]) {
  let now = 1_000_000;
  let count = 0;
  const pieces = () => (readings[count++] ?? whole)();
  const deps = { store: { plans: { pieces } }, clock: () => now } as unknown as EventsDeps;
  const pass = (ms: number) => {
    now += ms;
  };
  return { deps, pass, count: () => count };
}

async function* whole(): AsyncGenerator<string> {
  await Promise.resolve();
  yield PLAN.slice(0, 40);
  await Promise.resolve();
  yield PLAN.slice(40);
}

/** What a reader that is cut off with its request gives. */
async function* nothingEver(): AsyncGenerator<string> {
  yield await new Promise<string>(() => {});
}

// biome-ignore lint/correctness/useYield: a database that does not answer gives nothing
async function* outOfReach(): AsyncGenerator<string> {
  throw new Error("no answer");
}

it("is read once when hundreds ask for it at once", async () => {
  const { deps, count } = rig([]);
  const asked = Array.from({ length: 300 }, () => loadSeatTable(deps, "plan-many"));
  const tables = await Promise.all(asked);
  expect(count()).toBe(1);
  expect(new Set(tables).size).toBe(1);
  expect(tables[0]?.indexOf.get("1-1")).toBe(0);
});

it("is read by another one when the first was cut off", async () => {
  const { deps, pass, count } = rig([nothingEver]);
  void loadSeatTable(deps, "plan-cut-off");
  const next = loadSeatTable(deps, "plan-cut-off");
  expect(count()).toBe(1);
  pass(5_000);
  expect((await next).count).toBe(1);
  expect(count()).toBe(2);
});

it("is read by the next one when the first got no answer", async () => {
  const { deps, count } = rig([outOfReach]);
  const [first, next] = await Promise.allSettled([
    loadSeatTable(deps, "plan-no-answer"),
    loadSeatTable(deps, "plan-no-answer"),
  ]);
  expect(first).toMatchObject({ status: "rejected" });
  expect(next).toMatchObject({ status: "fulfilled", value: { count: 1 } });
  expect(count()).toBe(2);
});
