/** The first four bytes: the format and its version. */
const MAGIC = 0x54465331; // "TFS1"
const HEADER_BYTES = 32;

/** Every seat of an event with its state, at one entry of its map's log. */
export interface PackedSeats {
  /** Names the plan (`?v=`); 0 where whoever answers does not know it: over a live connection. */
  eventVersion: number;
  /** Of the seats' order. */
  planVersion: number;
  epoch: number;
  seq: number;
  /** What is free in each area, in the plan's order. */
  free: Uint32Array;
  seats: number;
  /** Two bits a seat in the plan's order, four seats a byte, lowest bits first; {@link seatState} reads one. */
  states: Uint8Array;
}

/**
 * In binary, big-endian: "TFS1", the numbers of seats and of areas (32 bits each), the event's and the plan's version,
 * the map's epoch (32 bits each) and sequence number (64 bits); then what is free in each area (32 bits each); then the
 * seats, two bits each, four a byte, lowest bits first: 0 AVAILABLE, 1 LOCKED, 2 RESERVED, 3 BLOCKED. 25 KB for 100,000
 * seats. Areas and seats are in the plan's order, which is the order of the JSON's lists.
 */
export function encodeSeats(map: PackedSeats): Uint8Array<ArrayBuffer> {
  const { free, states } = map;
  const seatsFrom = HEADER_BYTES + 4 * free.length;
  const bytes = new Uint8Array(seatsFrom + states.length);
  const data = new DataView(bytes.buffer);
  const head = [MAGIC, map.seats, free.length, map.eventVersion, map.planVersion, map.epoch];
  for (const [n, value] of head.entries()) data.setUint32(4 * n, value);
  data.setBigUint64(4 * head.length, BigInt(map.seq));
  for (const [n, places] of free.entries()) data.setUint32(HEADER_BYTES + 4 * n, places);
  bytes.set(states, seatsFrom);
  return bytes;
}

/**
 * A whole map as it was encoded.
 * @throws RangeError where it is not one, or is cut off
 */
export function decodeSeats(bytes: Uint8Array): PackedSeats {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [magic, seats, areas, eventVersion, planVersion, epoch] = [0, 4, 8, 12, 16, 20].map((at) =>
    data.getUint32(at),
  ) as [number, number, number, number, number, number];
  const seatsFrom = HEADER_BYTES + 4 * areas;
  if (magic !== MAGIC || bytes.length !== seatsFrom + statesLength(seats))
    throw new RangeError("no seat map");
  const free = Uint32Array.from({ length: areas }, (_, n) => data.getUint32(HEADER_BYTES + 4 * n));
  const seq = Number(data.getBigUint64(24));
  return { eventVersion, planVersion, epoch, seq, free, seats, states: bytes.slice(seatsFrom) };
}

/** Bytes of that many seats. */
export const statesLength = (seats: number): number => Math.ceil(seats / 4);

/** The state of seat `n`: 0 AVAILABLE, 1 LOCKED, 2 RESERVED, 3 BLOCKED. */
export const seatState = (states: Uint8Array, n: number): number => (states[n >> 2]! >> ((n & 3) * 2)) & 3;

export function setSeatState(states: Uint8Array, n: number, state: number): void {
  const shift = (n & 3) * 2;
  states[n >> 2] = (states[n >> 2]! & ~(3 << shift)) | (state << shift);
}
