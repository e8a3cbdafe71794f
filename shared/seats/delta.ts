import { type PackedSeats, setSeatState } from "./packed.ts";

const MAGIC = 0x54464431; // "TFD1"
const HEADER_BYTES = 36;

/** What has become of an event's seats between two entries of its map's log. */
export interface SeatDelta {
  planVersion: number;
  epoch: number;
  /** Changes after this entry, */
  fromSeq: number;
  /** up to this one, whose states these are. */
  toSeq: number;
  areas: { area: number; free: number }[];
  /** Each seat once. */
  seats: { seat: number; state: number }[];
}

/**
 * In binary, big-endian: "TFD1", the plan's version and the map's epoch (32 bits each), the sequence numbers from and to
 * (64 bits each), how many areas and how many seats have changed (32 bits each); then each area, as its place in the
 * plan's order and what is free in it (32 bits each); then each seat in 32 bits: its place in the plan's order times
 * four, plus its state as the whole map has it.
 */
export function encodeDelta(delta: SeatDelta): Uint8Array<ArrayBuffer> {
  const { areas, seats } = delta;
  const bytes = new Uint8Array(deltaLength(areas.length, seats.length));
  const data = new DataView(bytes.buffer);
  data.setUint32(0, MAGIC);
  data.setUint32(4, delta.planVersion);
  data.setUint32(8, delta.epoch);
  data.setBigUint64(12, BigInt(delta.fromSeq));
  data.setBigUint64(20, BigInt(delta.toSeq));
  data.setUint32(28, areas.length);
  data.setUint32(32, seats.length);
  let at = HEADER_BYTES;
  for (const { area, free } of areas) {
    data.setUint32(at, area);
    data.setUint32(at + 4, free);
    at += 8;
  }
  for (const { seat, state } of seats) {
    data.setUint32(at, seat * 4 + state);
    at += 4;
  }
  return bytes;
}

/** Bytes of a delta with that many areas and seats. */
export const deltaLength = (areas: number, seats: number): number => HEADER_BYTES + 8 * areas + 4 * seats;

/** Whether bytes begin as a delta does. */
export function isDelta(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES) return false;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) === MAGIC;
}

/**
 * A delta as it was encoded.
 * @throws RangeError where it is not one, or is cut off
 */
export function decodeDelta(bytes: Uint8Array): SeatDelta {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [magic, planVersion, epoch] = [data.getUint32(0), data.getUint32(4), data.getUint32(8)];
  const [areaCount, seatCount] = [data.getUint32(28), data.getUint32(32)];
  if (magic !== MAGIC || bytes.length !== deltaLength(areaCount, seatCount)) throw new RangeError("no delta");
  const areas = Array.from({ length: areaCount }, (_, n) => {
    const at = HEADER_BYTES + 8 * n;
    return { area: data.getUint32(at), free: data.getUint32(at + 4) };
  });
  const seatsFrom = HEADER_BYTES + 8 * areaCount;
  const seats = Array.from({ length: seatCount }, (_, n) => {
    const value = data.getUint32(seatsFrom + 4 * n);
    return { seat: value >>> 2, state: value & 3 };
  });
  const [fromSeq, toSeq] = [Number(data.getBigUint64(12)), Number(data.getBigUint64(20))];
  return { planVersion, epoch, fromSeq, toSeq, areas, seats };
}

/**
 * Brings a map that was decoded up to a delta's `toSeq`, in place. Nothing is done where the map is there already
 * (`"known"`), and where the delta does not continue it (`"gap"`): then what lies between must be asked for.
 */
export function applyDelta(map: PackedSeats, delta: SeatDelta): "applied" | "known" | "gap" {
  const { planVersion, epoch, fromSeq, toSeq } = delta;
  if (planVersion !== map.planVersion || epoch < map.epoch) return "gap";
  // A map wakes with all that it ever told, in a new epoch: what a client has is where that epoch begins, or a gap.
  if (epoch > map.epoch ? fromSeq !== map.seq : fromSeq > map.seq) return "gap";
  if (epoch === map.epoch && toSeq <= map.seq) return "known";
  for (const { area, free } of delta.areas) map.free[area] = free;
  for (const { seat, state } of delta.seats) setSeatState(map.states, seat, state);
  map.epoch = epoch;
  map.seq = toSeq;
  return "applied";
}
