import { drawnFrom } from "#shared/backoff.ts";
import { readKey } from "./read-key.ts";
import type { DocumentPoolRpc } from "./rpc.ts";

/**
 * A pool has one connection for work (`connection.ts` says why). A booking is some ten commands to its payment: at 20
 * bookings a second they were found to wait for three connections, for seconds, and not for twelve.
 */
export const POOLS = 12;

/** One turn for all requests of an isolate: which of them asks does not matter. */
let turn = 0;

/**
 * A service's pools as one. The same read goes to the same pool, where those that wait become one; all else goes to each
 * pool in turn. Whoever needs an order awaits one command before the other.
 */
export function spreadPool(pools: { getByName(name: string): DocumentPoolRpc }): DocumentPoolRpc {
  return { run: (command) => pools.getByName(nameOf(poolOf(command))).run(command) };
}

function poolOf(command: Parameters<DocumentPoolRpc["run"]>[0]): number {
  const key = readKey(command);
  if (key !== null) return Math.floor(drawnFrom(key) * POOLS);
  turn = (turn + 1) % POOLS;
  return turn;
}

/** The first has the name of the only one that there was. */
const nameOf = (pool: number) => (pool === 0 ? "pool" : `pool-${pool}`);
