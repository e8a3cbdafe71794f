import type { SeatPlan } from "../rpc.ts";
import { PlaceIndex, type Segment } from "./place-index.ts";
import { PlaceTable } from "./place-table.ts";

/**
 * The plan and what follows from it. The log names places by their positions, so once a decision points to one,
 * a position means the same for good: what a later plan adds comes behind all that was there.
 */
export interface Opened {
  plan: SeatPlan;
  segments: readonly Segment[];
  index: PlaceIndex;
  places: PlaceTable;
  /** The position of each seat, in the order of the plan's own list. */
  seatPlaces: Uint32Array;
}

/** A plan as it is stored. The segments are left out where the plan is the only one. */
type StoredPlan = SeatPlan & { segments?: readonly Segment[] };

/** Lays out a plan, with nothing taken. */
export function layOut(plan: SeatPlan): Opened {
  return laidOut(plan, [plan]);
}

/**
 * Lays out a plan over what is there, with everything taken as it is, or gives undefined where the plan has lost
 * a place: that may be somebody's.
 */
export function extend({ segments, index, places }: Opened, plan: SeatPlan): Opened | undefined {
  const wanted = new Set(plan.seatIds);
  const capacities = new Map(plan.generalAdmission.map(({ name, capacity }) => [name, capacity]));
  if (!index.seatIds.every((id) => wanted.has(id))) return undefined;
  if (!index.areas.every(({ name, capacity }) => capacities.get(name) === capacity)) return undefined;
  const seatIds = plan.seatIds.filter((id) => index.seat(id) < 0);
  const generalAdmission = plan.generalAdmission.filter(({ name }) => !index.area(name));
  const isMore = seatIds.length > 0 || generalAdmission.length > 0;
  const next = laidOut(plan, isMore ? [...segments, { seatIds, generalAdmission }] : segments);
  next.places.takeOver(places);
  return next;
}

/** A plan as text, with all that is needed to find its places again. */
export function encodePlan({ plan, segments }: Opened): string {
  const stored: StoredPlan = segments.length > 1 ? { ...plan, segments } : plan;
  return JSON.stringify(stored);
}

/** A stored plan laid out, with nothing taken. */
export function decodePlan(text: string): Opened {
  const { segments, ...plan } = JSON.parse(text) as StoredPlan;
  return laidOut(plan, segments ?? [plan]);
}

function laidOut(plan: SeatPlan, segments: readonly Segment[]): Opened {
  const kept = segments.map(({ seatIds, generalAdmission }) => ({ seatIds, generalAdmission }));
  const index = new PlaceIndex(kept);
  const seatPlaces = new Uint32Array(plan.seatIds.length);
  // Of the only plan there has been, the seats are the first places, in its own order.
  const isOnly = kept.length === 1;
  for (let n = 0; n < seatPlaces.length; n++) seatPlaces[n] = isOnly ? n : index.seat(plan.seatIds[n]!);
  return { plan, segments: kept, index, places: new PlaceTable(index), seatPlaces };
}
