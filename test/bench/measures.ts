import { batches } from "./measures/batches.ts";
import { contended } from "./measures/contended.ts";
import { flushes } from "./measures/flushes.ts";
import { gateway } from "./measures/gateway.ts";
import { locks } from "./measures/locks.ts";
import { reads } from "./measures/reads.ts";
import { seats } from "./measures/seats.ts";
import { sellOut, steady } from "./measures/sell-out.ts";
import { single } from "./measures/single.ts";
import { size } from "./measures/size.ts";
import { socket } from "./measures/socket.ts";
import { wake } from "./measures/wake.ts";
import { watchers } from "./measures/watchers.ts";
import type { Measure } from "./types.ts";

/**
 * All that is measured, in the order of the run. A new measure is one line here. Watchers are first: their bars are single
 * milliseconds, in which it would show what other runs leave to be collected and written.
 */
export const MEASURES: readonly Measure[] = [
  ...[watchers, locks, single, contended, socket, batches, flushes, seats],
  ...[size, wake, gateway, reads, sellOut, steady],
];
