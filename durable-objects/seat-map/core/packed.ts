import type { Opened } from "./layout.ts";

/** The seats' states in the plan's order: two bits a seat, four a byte, lowest bits first; 25 KB for 100,000 seats. */
export function packSeats({ places, seatPlaces }: Opened): Uint8Array {
  const packed = new Uint8Array(Math.ceil(seatPlaces.length / 4));
  for (const [n, place] of seatPlaces.entries()) packed[n >> 2]! |= places.state[place]! << ((n & 3) * 2);
  return packed;
}
