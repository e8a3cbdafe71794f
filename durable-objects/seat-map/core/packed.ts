/** Two bits a seat, four seats a byte, lowest bits first: 25 KB for 100,000 seats. */
export function packStates(states: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(states.length / 4));
  for (let place = 0; place < states.length; place++) {
    packed[place >> 2]! |= states[place]! << ((place & 3) * 2);
  }
  return packed;
}
