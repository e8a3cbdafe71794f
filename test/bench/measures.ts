import { batches } from "./measures/batches.ts";
import { contended } from "./measures/contended.ts";
import { flushes } from "./measures/flushes.ts";
import { locks } from "./measures/locks.ts";
import { seats } from "./measures/seats.ts";
import { sellOut, steady } from "./measures/sell-out.ts";
import { single } from "./measures/single.ts";
import { size } from "./measures/size.ts";
import { socket } from "./measures/socket.ts";
import { wake } from "./measures/wake.ts";
import type { Measure } from "./types.ts";

/** All that is measured, in the order of the run. A new measure is one line here. */
export const MEASURES: readonly Measure[] = [
  ...[locks, single, contended, socket, batches, flushes, seats],
  ...[size, wake, sellOut, steady],
];

/** Those that a person asked for by bar ("1", or "1a" for a part) or by name. @throws Error for what nothing answers to */
export function chosen(measures: readonly Measure[], only: readonly string[]): Measure[] {
  if (only.length === 0) return [...measures];
  const answers = (measure: Measure, wanted: string) =>
    measure.name === wanted || measure.bars.some(({ id }) => isOf(id, wanted));
  for (const wanted of only) {
    if (!measures.some((measure) => answers(measure, wanted))) {
      const names = measures.map(({ name }) => name).join(", ");
      throw new Error(`nothing measures "${wanted}"; there are bars by their numbers, and: ${names}`);
    }
  }
  return measures.filter((measure) => only.some((wanted) => answers(measure, wanted)));
}

/** "1a" is a part of "1"; "10" is not. */
const isOf = (id: string, wanted: string): boolean => id === wanted || id.replace(/[a-z]+$/, "") === wanted;
