import type { Measure } from "../types.ts";
import { available, skippedPeers } from "./available.ts";
import { against } from "./locks.ts";
import { competition } from "./on-rig.ts";

const name = (peer: string) => `Single locks over WebSocket, 64 in flight, against ${peer}`;
const BARS = [
  { id: "4a", name: name("P1"), bar: ">= 5x", peer: "p1", bound: 5 },
  { id: "4b", name: name("P2"), bar: ">= 2.5x", peer: "p2", bound: 2.5 },
] as const;

/** Bar 4: one request a message. */
export const socket: Measure = {
  name: "socket",
  onRig: true,
  bars: BARS,
  async run(options) {
    const contenders = await available(["seat-map", "p1", "p2", "p3"], options);
    const load = { over: "websocket", inFlight: 64, mostPerSecond: 30_000 } as const;
    const results = await competition(contenders, load, options);
    return BARS.flatMap(({ peer, bound, ...asked }) =>
      results[peer] ? [against(asked, bound, peer, results)] : skippedPeers([asked]),
    );
  },
};
