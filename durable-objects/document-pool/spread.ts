import type { DocumentPoolRpc } from "./rpc.ts";

/**
 * A pool has three connections, because an object may hold six and the driver needs the others. A booking is some ten
 * commands to its payment: at 20 bookings a second they were found to wait for the three, for seconds. An object more is
 * three connections more.
 */
const POOLS = 4;

/** One turn for all requests of an isolate: which of them asks does not matter. */
let turn = 0;

/**
 * A service's pools as one: each command goes to the next. Whoever needs an order awaits one command before the other;
 * reads that are asked for at the same time are the same read only within a pool.
 */
export function spreadPool(pools: { getByName(name: string): DocumentPoolRpc }): DocumentPoolRpc {
  return {
    run(command) {
      turn = (turn + 1) % POOLS;
      // The first has the name of the only one that there was.
      return pools.getByName(turn === 0 ? "pool" : `pool-${turn}`).run(command);
    },
  };
}
