import { deltaLength, encodeDelta, type SeatDelta } from "#shared/seats/delta.ts";
import { encodeSeats } from "#shared/seats/packed.ts";
import type { Opened } from "./layout.ts";
import { packSeats } from "./packed.ts";
import type { SeatMap } from "./seat-map.ts";

/** A delta of fewer bytes is always worth sending; a longer one only where the whole map is longer still. */
const SHORT_DELTA_BYTES = 4_096;

const NOT_A_SEAT = 0xffff_ffff;

/** By position: which seat of the plan's list it is. Made once a plan. */
const seatOrders = new WeakMap<Opened, Uint32Array>();

/** The whole map at the last entry, as `TFS1`; null before the map is opened. Nothing of it may leave before its flush. */
export function encodeWhole({ state, epoch }: SeatMap): Uint8Array<ArrayBuffer> | null {
  const { opened, planVersion, seq } = state;
  if (!opened) return null;
  const free = Uint32Array.from(areaPositions(opened), (position) => opened.places.freeIn(position));
  const [seats, states] = [opened.seatPlaces.length, packSeats(opened)];
  return encodeSeats({ eventVersion: 0, planVersion, epoch, seq, free, seats, states });
}

/**
 * What has changed after entry `fromSeq` up to the last one, as `TFD1`; null where it is not known any more, where
 * another plan is in force, and where the whole map says it in fewer bytes. Nothing of it may leave before its flush.
 */
export function encodeChanges({ state, epoch, changes }: SeatMap, fromSeq: number): Uint8Array | null {
  const { opened, planVersion, seq: toSeq } = state;
  if (!opened || !Number.isSafeInteger(fromSeq) || fromSeq > toSeq) return null;
  const { places, index, seatPlaces } = opened;
  const order = seatOrderOf(opened);
  const areas = areaPositions(opened);
  const delta: SeatDelta = { planVersion, epoch, fromSeq, toSeq, areas: [], seats: [] };
  const isIn = new Uint8Array(index.size);
  const areasIn = new Set<number>();
  const isKnown = changes.since(fromSeq, (place) => {
    if (isIn[place]) return;
    isIn[place] = 1;
    const seat = order[place]!;
    if (seat !== NOT_A_SEAT) delta.seats.push({ seat, state: places.state[place]! });
    else areasIn.add(index.areaAt(place)!.position);
  });
  if (!isKnown) return null;
  for (const [area, position] of areas.entries())
    if (areasIn.has(position)) delta.areas.push({ area, free: places.freeIn(position) });
  const length = deltaLength(delta.areas.length, delta.seats.length);
  if (length > SHORT_DELTA_BYTES && length > seatPlaces.length / 4) return null;
  return encodeDelta(delta);
}

/** The position of each area, in the order of the plan's own list. */
function areaPositions({ plan, index }: Opened): number[] {
  return plan.generalAdmission.map(({ name }) => index.area(name)!.position);
}

function seatOrderOf(opened: Opened): Uint32Array {
  const known = seatOrders.get(opened);
  if (known) return known;
  const order = new Uint32Array(opened.index.size).fill(NOT_A_SEAT);
  for (let seat = 0; seat < opened.seatPlaces.length; seat++) order[opened.seatPlaces[seat]!] = seat;
  seatOrders.set(opened, order);
  return order;
}
