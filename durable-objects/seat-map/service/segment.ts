import { encodePlan } from "../core/layout.ts";
import { readChanges } from "../core/projection.ts";
import type { SeatMapState } from "../core/state.ts";
import type { LedgerSegment } from "../rpc.ts";
import { rowsWithin } from "../storage/rows-within.ts";
import type { SeatMapStorage } from "../storage/storage.ts";

/** One call to the archive: a second of a busy map, and what one statement writes well. */
const SEGMENT_CHARACTERS = 128_000;
const SEGMENT_ROWS = 256;

/** The rows after entry `afterSeq` up to `durableSeq`, as the archive takes them; undefined where there are none. */
export function nextSegment(
  storage: SeatMapStorage,
  state: SeatMapState,
  { afterSeq, durableSeq }: { afterSeq: number; durableSeq: number },
): { segment: LedgerSegment; isFull: boolean } | undefined {
  const { opened, planVersion, decidedSeq } = state;
  // A map that was closed before it was opened has no event to name yet.
  if (!opened) return undefined;
  const { rows, isFull } = rowsWithin(storage, {
    fromSeq: afterSeq + 1,
    toSeq: durableSeq,
    limit: SEGMENT_ROWS,
    characters: SEGMENT_CHARACTERS,
  });
  if (rows.length === 0) return undefined;
  const { changes, openedVersion } = readChanges(rows, opened.index, decidedSeq <= afterSeq);
  const layout = openedVersion === planVersion ? { planVersion, text: encodePlan(opened) } : null;
  return { segment: { eventId: opened.plan.eventId, rows, changes, layout }, isFull };
}
