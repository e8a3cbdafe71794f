import type { z } from "@hono/zod-openapi";
import type { BestAvailable } from "#durable-objects/seat-map/rpc.ts";
import type { newHold } from "#shared/contracts/holds.ts";
import { Problem, SeatsUnavailable } from "#shared/errors/problem.ts";
import type { Seating } from "#shared/rpc/events.ts";

type Wanted = NonNullable<z.infer<typeof newHold>["bestAvailable"]>;

/**
 * What a buyer wants of an event, as its map understands it: the categories of that name, tier and price.
 * @throws Problem VALIDATION_ERROR, SEATS_UNAVAILABLE where no category is of that price
 */
export function bestSeats({ table, tiers }: Seating, wanted: Wanted): BestAvailable {
  const { quantity, accessible, together, tier, category } = wanted;
  const { minPrice = 0, maxPrice = Number.POSITIVE_INFINITY } = wanted;
  if (accessible > quantity) throw invalid("accessible", "more than the seats in all");
  if (minPrice > maxPrice) throw invalid("minPrice", "more than maxPrice");
  if (category !== undefined && !table.categories.includes(category)) {
    throw invalid("category", "the event has no such category");
  }
  if (tier !== undefined && !tiers.some((one) => one.tier === tier)) {
    throw invalid("tier", "the event has no such tier");
  }
  const categories = table.categories.flatMap((name, n) => {
    const { tier: itsTier, price } = tiers[n]!;
    const isWanted = (category ?? name) === name && (tier ?? itsTier) === itsTier;
    return isWanted && price >= minPrice && price <= maxPrice ? [n] : [];
  });
  if (categories.length === 0) throw new SeatsUnavailable([], "No seat is of that price");
  return { quantity, accessible, together, categories };
}

function invalid(field: string, message: string): Problem {
  return new Problem("VALIDATION_ERROR", undefined, [{ path: `bestAvailable.${field}`, message }]);
}
