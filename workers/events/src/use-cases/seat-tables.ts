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

/**
 * The seats of a stored plan, parsed once an isolate.
 * @throws Problem PLAN_NOT_FOUND
 */
export async function loadSeatTable(deps: EventsDeps, planId: string): Promise<IndexedTable> {
  const known = kept.get(planId);
  if (known) return known;
  let text = "";
  for await (const piece of deps.store.plans.pieces(planId)) text += piece;
  if (!text) throw new Problem("PLAN_NOT_FOUND");
  // When a sale begins many ask at once: whoever was first has taken the plan apart by now.
  const meanwhile = kept.get(planId);
  if (meanwhile) return meanwhile;
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
