import type { GeneralAdmissionArea, SeatPlan } from "../rpc.ts";

/** A general-admission area owns the places `base` to `base + capacity - 1`. */
export interface Area extends GeneralAdmissionArea {
  position: number;
  base: number;
}

const NOT_A_PLACE = -1;

/** Names of places to positions in the typed arrays, and back. Seats come first, then the areas in turn. */
export class PlaceIndex {
  readonly seatIds: readonly string[];
  readonly areas: readonly Area[];
  /** Seats and general-admission places together. */
  readonly size: number;
  readonly #seats = new Map<string, number>();
  readonly #areas = new Map<string, Area>();

  constructor(plan: Pick<SeatPlan, "seatIds" | "generalAdmission">) {
    this.seatIds = plan.seatIds;
    for (let place = 0; place < plan.seatIds.length; place++) this.#seats.set(plan.seatIds[place]!, place);
    let base = plan.seatIds.length;
    this.areas = plan.generalAdmission.map(({ name, capacity }, position) => {
      const area = { name, capacity, position, base };
      this.#areas.set(name, area);
      base += capacity;
      return area;
    });
    this.size = base;
  }

  /** The position of a seat, or -1. A general-admission place is not a seat: it cannot be chosen. */
  seat(id: string): number {
    return this.#seats.get(id) ?? NOT_A_PLACE;
  }

  area(name: string): Area | undefined {
    return this.#areas.get(name);
  }

  /** The area that holds `place`, or undefined for a seat. */
  areaAt(place: number): Area | undefined {
    if (place < this.seatIds.length) return undefined;
    return this.areas.find((area) => place < area.base + area.capacity);
  }

  /** The id of a seat, or `ga:<name>:<n>` with n from 1. */
  id(place: number): string {
    const area = this.areaAt(place);
    if (area) return `ga:${area.name}:${place - area.base + 1}`;
    const id = this.seatIds[place];
    if (id === undefined) throw new RangeError(`no place ${place} in a plan of ${this.size}`);
    return id;
  }

  ids(places: readonly number[]): string[] {
    return places.map((place) => this.id(place));
  }
}
