import { ignoredFields } from "./ignored.ts";
import { refuseJsonText } from "./json-guard.ts";
import { MAX_AREAS, MAX_CATEGORIES, MAX_PLACES, MAX_ROWS, MAX_ZONES } from "./limits.ts";
import { type PlanError, Problems, quote, WHOLE_PLAN } from "./problems.ts";
import type { Area, Row, Seat, SeatingPlan, Zone } from "./schema.ts";
import {
  areaSchema,
  categorySchema,
  generalAdmissionSchema,
  rowSchema,
  seatingPlanSchema,
  seatSchema,
  zoneSchema,
} from "./schema.ts";

export type ParsedPlan =
  | { ok: true; plan: SeatingPlan; ignored: string[] }
  | { ok: false; errors: PlanError[] };

const planHead = seatingPlanSchema.omit({ categories: true, zones: true, general_admission: true });
const zoneHead = zoneSchema.omit({ rows: true, areas: true });
const rowHead = rowSchema.omit({ seats: true });

/**
 * Reads a plan from the text of a file. Errors as `parsePlan`; what is wrong with the text itself (over 25 MB,
 * nested too deep, not JSON) has the path `plan`, and is found before anything of it is kept in memory.
 */
export function parsePlanText(text: string): ParsedPlan {
  const refusal = refuseJsonText(text);
  if (refusal !== null) return refused(refusal);
  let json: unknown;
  try {
    json = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    return refused(`is not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
  return parsePlan(json);
}

/**
 * Checks a plan and keeps what the platform knows of it. `ignored` names the fields it does not know.
 * Never throws: at most 50 errors in the order of the file, each with its place. Item by item rather than by one
 * call of the schema, so that a file of nothing but faults costs no more than its first 50.
 */
export function parsePlan(json: unknown): ParsedPlan {
  const problems = new Problems();
  const head = problems.check(planHead, json, "");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { ok: false, errors: problems.errors };
  }
  const raw: Record<string, unknown> = { ...json };
  const reader = new PlanReader(problems);
  const categories = reader.categories(raw.categories);
  const zones = reader.zones(raw.zones);
  const generalAdmission =
    "general_admission" in raw ? reader.generalAdmission(raw.general_admission) : undefined;
  if (problems.errors.length === 0 && reader.places === 0) problems.add("zones", "the plan has no places");
  if (!head || problems.errors.length > 0) return { ok: false, errors: problems.errors };
  const plan: SeatingPlan = { ...head, categories, zones };
  if (generalAdmission) plan.general_admission = generalAdmission;
  return { ok: true, plan, ignored: ignoredFields(json) };
}

function refused(message: string): ParsedPlan {
  return { ok: false, errors: [{ path: WHOLE_PLAN, message }] };
}

/** One reading of one plan: what was seen so far, to judge what comes. */
class PlanReader {
  readonly #problems: Problems;
  readonly #categoryNames = new Set<string>();
  readonly #guidPlaces = new Map<string, string>();
  #rows = 0;
  #areas = 0;
  places = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  categories(value: unknown): SeatingPlan["categories"] {
    return this.#each(
      this.#problems.list(value, MAX_CATEGORIES, "categories"),
      "categories",
      (item, path) => {
        const category = this.#problems.check(categorySchema, item, path);
        if (category && this.#categoryNames.has(category.name)) {
          this.#problems.add(`${path}.name`, `the category ${quote(category.name)} is there already`);
        }
        if (category) this.#categoryNames.add(category.name);
        return category;
      },
    );
  }

  zones(value: unknown): Zone[] {
    return this.#each(this.#problems.list(value, MAX_ZONES, "zones"), "zones", (item, path) => {
      const head = this.#problems.check(zoneHead, item, path);
      const raw = members(item);
      if (!raw) return undefined;
      const rows = this.#rowsOf(raw.rows, `${path}.rows`);
      const areas = "areas" in raw ? this.#areasOf(raw.areas, `${path}.areas`) : undefined;
      return head && (areas ? { ...head, rows, areas } : { ...head, rows });
    });
  }

  generalAdmission(value: unknown): SeatingPlan["general_admission"] {
    const path = "general_admission";
    const names = new Set<string>();
    return this.#each(this.#problems.list(value, MAX_CATEGORIES, path), path, (item, at) => {
      const entry = this.#problems.check(generalAdmissionSchema, item, at);
      if (!entry) return undefined;
      if (names.has(entry.name)) this.#problems.add(`${at}.name`, `${quote(entry.name)} is there already`);
      names.add(entry.name);
      this.#knowCategory(entry.category, at);
      this.#takePlaces(entry.capacity, `${at}.capacity`);
      return entry;
    });
  }

  #rowsOf(value: unknown, path: string): Row[] {
    const items = this.#problems.list(value, MAX_ROWS, path);
    this.#rows += items.length;
    if (this.#rows > MAX_ROWS) this.#problems.addLast(path, `the plan has more than ${MAX_ROWS} rows`);
    return this.#each(items, path, (item, at) => {
      const head = this.#problems.check(rowHead, item, at);
      const raw = members(item);
      if (!raw) return undefined;
      const seats = this.#seatsOf(raw.seats, `${at}.seats`);
      return head && { ...head, seats };
    });
  }

  #seatsOf(value: unknown, path: string): Seat[] {
    const items = this.#problems.list(value, MAX_PLACES, path);
    this.#takePlaces(items.length, path);
    return this.#each(items, path, (item, at) => {
      const seat = this.#problems.check(seatSchema, item, at);
      if (!seat) return undefined;
      const first = this.#guidPlaces.get(seat.seat_guid);
      if (first === undefined) this.#guidPlaces.set(seat.seat_guid, at);
      else this.#problems.add(`${at}.seat_guid`, `${quote(seat.seat_guid)} is already the guid of ${first}`);
      this.#knowCategory(seat.category, at);
      return seat;
    });
  }

  #areasOf(value: unknown, path: string): Area[] {
    const items = this.#problems.list(value, MAX_AREAS, path);
    this.#areas += items.length;
    if (this.#areas > MAX_AREAS) this.#problems.addLast(path, `the plan has more than ${MAX_AREAS} areas`);
    return this.#each(items, path, (item, at) => this.#problems.check(areaSchema, item, at));
  }

  #knowCategory(name: string, path: string): void {
    if (this.#categoryNames.has(name)) return;
    this.#problems.add(`${path}.category`, `${quote(name)} is not one of the plan's categories`);
  }

  #takePlaces(count: number, path: string): void {
    this.places += count;
    if (this.places > MAX_PLACES) this.#problems.addLast(path, `the plan has more than ${MAX_PLACES} places`);
  }

  /** Reads item by item until there are errors enough. */
  #each<T>(items: unknown[], path: string, read: (item: unknown, at: string) => T | undefined): T[] {
    const kept: T[] = [];
    for (let i = 0; i < items.length && !this.#problems.closed; i++) {
      const item = read(items[i], `${path}[${i}]`);
      if (item !== undefined) kept.push(item);
    }
    return kept;
  }
}

/** The members of an object; undefined for anything else, which the schema has already complained of. */
function members(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
