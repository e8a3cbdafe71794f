import type { GeneralAdmissionArea } from "../rpc.ts";
import { SeatNames } from "./seat-names.ts";

/** Places that a plan brought at one time: first its seats, then its areas. */
export interface Segment {
  seatIds: readonly string[];
  generalAdmission: readonly GeneralAdmissionArea[];
}

/** A general-admission area owns the places `base` to `base + capacity - 1`. */
export interface Area extends GeneralAdmissionArea {
  position: number;
  base: number;
}

/** Names of places to positions in the typed arrays, and back: segment by segment, in each its seats, then its areas. */
export class PlaceIndex {
  /** All seats, in the order of their positions. */
  readonly seatIds: readonly string[];
  readonly areas: readonly Area[];
  /** Seats and general-admission places together. */
  readonly size: number;
  readonly #seats: SeatNames;
  readonly #areas = new Map<string, Area>();
  /** All places before it are seats: most are known as such without a look at their names. */
  readonly #firstOfAreas: number;
  /** By position; undefined where an area is. */
  readonly #idAt: readonly (string | undefined)[];

  constructor(segments: readonly Segment[]) {
    const areas: Area[] = [];
    const idAt: (string | undefined)[] = [];
    let size = 0;
    for (const { seatIds, generalAdmission } of segments) {
      for (const id of seatIds) idAt[size++] = id;
      for (const { name, capacity } of generalAdmission) {
        const area = { name, capacity, position: areas.length, base: size };
        areas.push(area);
        this.#areas.set(name, area);
        for (const end = size + capacity; size < end; size++) idAt[size] = undefined;
      }
    }
    const [first] = segments;
    this.seatIds = segments.length === 1 ? first!.seatIds : segments.flatMap(({ seatIds }) => seatIds);
    this.#idAt = idAt;
    this.#seats = new SeatNames(idAt);
    this.areas = areas;
    this.#firstOfAreas = areas[0]?.base ?? size;
    this.size = size;
  }

  /** The position of a seat, or -1. A general-admission place is not a seat: it cannot be chosen. */
  seat(id: string): number {
    return this.#seats.position(id);
  }

  /** The positions of seats, -1 for what is none. Who asks for several mostly asks for neighbours: they are looked at first. */
  seats(ids: readonly string[]): number[] {
    let next = 0;
    return ids.map((id) => {
      const place = this.#idAt[next] === id ? next : this.#seats.position(id);
      next = place + 1;
      return place;
    });
  }

  area(name: string): Area | undefined {
    return this.#areas.get(name);
  }

  /** The area that holds `place`, or undefined for a seat. */
  areaAt(place: number): Area | undefined {
    if (place < this.#firstOfAreas || this.#idAt[place] !== undefined) return undefined;
    return this.areas.find(({ base, capacity }) => place >= base && place < base + capacity);
  }

  /** The id of a seat, or `ga:<name>:<n>` with n from 1. */
  id(place: number): string {
    const id = this.#idAt[place];
    if (id !== undefined) return id;
    const area = this.areaAt(place);
    if (area) return `ga:${area.name}:${place - area.base + 1}`;
    throw new RangeError(`no place ${place} in a plan of ${this.size}`);
  }

  ids(places: readonly number[]): string[] {
    return places.map((place) => this.id(place));
  }
}
