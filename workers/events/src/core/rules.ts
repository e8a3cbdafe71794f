import type { FieldError } from "#shared/errors/problem.ts";
import type { SeatTable } from "#shared/seating-plan/seat-table.ts";
import type { Tier } from "../repositories/documents.ts";

/** Seats that one message names; there may be thousands. */
const NAMED = 5;

/** A tier as it is stored: its categories are its own name, where none are said. */
export function tierOf(tier: Omit<Tier, "seatCategories"> & { seatCategories?: string[] | undefined }): Tier {
  return { ...tier, seatCategories: tier.seatCategories ?? [tier.tier] };
}

interface Times {
  startsAt: Date;
  endsAt: Date;
  onSaleAt: Date | null;
}

/** What is wrong with an event's times. @param before those it has, where it is changed: what stays may be past */
export function wrongTimes(times: Times, now: number, before?: Times): FieldError[] {
  const errors: FieldError[] = [];
  for (const path of ["startsAt", "endsAt"] as const) {
    const isNew = times[path].getTime() !== before?.[path].getTime();
    if (isNew && times[path].getTime() <= now) errors.push({ path, message: "must lie in the future" });
  }
  if (times.endsAt <= times.startsAt) errors.push({ path: "endsAt", message: "must come after startsAt" });
  if (times.onSaleAt && times.onSaleAt >= times.endsAt) {
    errors.push({ path: "onSaleAt", message: "must come before endsAt" });
  }
  return errors;
}

/** Every category of the plan needs exactly one price, all prices one currency, and a tier room for its places. */
export function wrongTiers(tiers: Tier[], table: SeatTable, currency = tiers[0]?.currency): FieldError[] {
  const errors: FieldError[] = [];
  const priced = new Map<string, string>();
  const places = placesByCategory(table);
  for (const [index, tier] of tiers.entries()) {
    const path = `ticketTiers.${index}`;
    if (tier.currency !== currency) {
      errors.push({ path: `${path}.currency`, message: `one currency an event, ${currency}` });
    }
    for (const category of tier.seatCategories) {
      if (!places.has(category)) {
        errors.push({ path: `${path}.seatCategories`, message: `the plan has no category "${category}"` });
      } else if (priced.has(category)) {
        const message = `"${category}" has a price already, in tier "${priced.get(category)}"`;
        errors.push({ path: `${path}.seatCategories`, message });
      }
      priced.set(category, tier.tier);
    }
    const count = tier.seatCategories.reduce((sum, category) => sum + (places.get(category) ?? 0), 0);
    if (tier.capacity !== undefined && tier.capacity < count) {
      const message = `the tier has ${count} places; to sell fewer, block seats`;
      errors.push({ path: `${path}.capacity`, message });
    }
  }
  const unpriced = table.categories.filter((category) => !priced.has(category));
  if (unpriced.length > 0) {
    errors.push({
      path: "ticketTiers",
      message: `no price for the plan's categories: ${unpriced.join(", ")}`,
    });
  }
  return errors;
}

function placesByCategory(table: SeatTable): Map<string, number> {
  const places = new Map(table.categories.map((category) => [category, 0]));
  const add = (categoryIndex: number, count: number) => {
    const category = table.categories[categoryIndex]!;
    places.set(category, places.get(category)! + count);
  };
  for (const categoryIndex of table.categoryIndex) add(categoryIndex, 1);
  for (const { categoryIndex, capacity } of table.generalAdmission) add(categoryIndex, capacity);
  return places;
}

/** Seats that are blocked must be there, each once. */
export function wrongBlocks(
  blockedSeatIds: string[],
  table: { indexOf: ReadonlyMap<string, number> },
): FieldError[] {
  const unknown = blockedSeatIds.filter((id) => !table.indexOf.has(id));
  const errors: FieldError[] = [];
  if (unknown.length > 0)
    errors.push({ path: "blockedSeatIds", message: `the plan has no seat ${named(unknown)}` });
  if (new Set(blockedSeatIds).size < blockedSeatIds.length) {
    errors.push({ path: "blockedSeatIds", message: "a seat twice" });
  }
  return errors;
}

/** What keeps an event whose sale has begun from going over to another plan: nothing that was sold may be lost. */
export function lostPlaces(
  before: SeatTable,
  after: SeatTable & { indexOf: ReadonlyMap<string, number> },
): FieldError[] {
  const path = "planVersion";
  const errors: FieldError[] = [];
  const lost = before.id.filter((id) => !after.indexOf.has(id));
  if (lost.length > 0) {
    errors.push({ path, message: `the sale has begun, and the new plan lacks the seat ${named(lost)}` });
  }
  for (const { name, capacity } of before.generalAdmission) {
    const now = after.generalAdmission.find((area) => area.name === name);
    if (now?.capacity === capacity) continue;
    const message = `the sale has begun: the area "${name}" must keep its ${capacity} places`;
    errors.push({ path, message });
  }
  return errors;
}

function named(ids: string[]): string {
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : "";
  return ids.slice(0, NAMED).join(", ") + more;
}
