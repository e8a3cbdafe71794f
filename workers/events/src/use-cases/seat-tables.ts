import { Problem } from "#shared/errors/problem.ts";
import { parsePlanText } from "#shared/seating-plan/parse.ts";
import { type SeatTable, seatTable } from "#shared/seating-plan/seat-table.ts";
import type { EventsDeps } from "./deps.ts";

/** A seat table with the index that finds a seat by its id. */
export interface IndexedTable extends SeatTable {
  indexOf: Map<string, number>;
}

/** How many plans an isolate keeps ready: one of 100,000 seats takes some 25 MB of its 128. */
const KEPT = 2;

/** Plans never change once stored, so what was read once may be used by every later request. */
const kept = new Map<string, IndexedTable>();

/** Whoever reads a plan has so long before another one begins: it may have been cut off with its request. */
const READING_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** The plans that are being read, each with when that counts for lost, epoch ms. */
const reading = new Map<string, number>();

/**
 * The seats of a stored plan, read and parsed once an isolate. When a sale begins, or the Workers start again in the
 * middle of one, hundreds ask at once: with 10 MB for each they would fill the isolate and stand in each other's way.
 * They look again until it is there, and do not wait for the promise of the one who reads: in workerd a request that
 * waits for another one's may hang.
 * @throws Problem PLAN_NOT_FOUND
 */
export async function loadSeatTable(deps: EventsDeps, planId: string): Promise<IndexedTable> {
  for (;;) {
    const known = kept.get(planId);
    if (known) return known;
    if (deps.clock() >= (reading.get(planId) ?? 0)) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const until = deps.clock() + READING_MS;
  reading.set(planId, until);
  try {
    return await readSeatTable(deps, planId);
  } finally {
    // Another one may have begun since.
    if (reading.get(planId) === until) reading.delete(planId);
  }
}

async function readSeatTable(deps: EventsDeps, planId: string): Promise<IndexedTable> {
  let text = "";
  for await (const piece of deps.store.plans.pieces(planId)) text += piece;
  if (!text) throw new Problem("PLAN_NOT_FOUND");
  const parsed = parsePlanText(text);
  if (!parsed.ok) throw new Error(`stored plan ${planId} is not valid: ${parsed.errors[0]?.path}`);
  const table = seatTable(parsed.plan);
  const indexed = { ...table, indexOf: new Map(table.id.map((id, index) => [id, index])) };
  kept.set(planId, indexed);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return indexed;
}

/** The tier of each of a plan's categories, by category index. */
export function tiersByCategory(
  table: SeatTable,
  tiers: { tier: string; price: number; seatCategories: string[] }[],
): { tier: string; price: number }[] {
  return table.categories.map((category) => {
    const found = tiers.find((tier) => tier.seatCategories.includes(category));
    if (!found) throw new Error(`no tier for category ${category}`);
    return { tier: found.tier, price: found.price };
  });
}
