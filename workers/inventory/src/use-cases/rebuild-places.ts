import { decodePlan } from "#durable-objects/seat-map/core/layout.ts";
import { readChanges } from "#durable-objects/seat-map/core/projection.ts";
import type { LedgerDeps } from "./deps.ts";

/** What one statement projects well. */
const STEP = { limit: 1_000, characters: 512_000 };

/** A statement and a read each: together they stay below the platform's 1,000 subrequests of one invocation. */
const MAX_STEPS = 450;

/**
 * Makes an event's places anew from its archived rows. Safe to repeat, and while the map goes on: what is archived
 * meanwhile waits for the places to have come to it.
 */
export async function rebuildPlaces({ ledger }: Pick<LedgerDeps, "ledger">, eventId: string): Promise<void> {
  const layout = await ledger.layout(eventId);
  if (layout === null) return;
  const { index } = decodePlan(layout);
  await ledger.clearPlaces(eventId);
  let fromSeq = 0;
  let isDecided = false;
  for (let step = 0; step < MAX_STEPS; step++) {
    const rows = await ledger.rows(eventId, fromSeq + 1, STEP);
    if (rows.length === 0) return;
    const reading = readChanges(rows, index, isDecided);
    const toSeq = rows.at(-1)!.lastSeq;
    await ledger.project(eventId, { fromSeq, toSeq, changes: reading.changes });
    fromSeq = toSeq;
    isDecided = reading.isDecided;
  }
  throw new Error(
    `the ledger of ${eventId} is too long to be projected at once: it has come to entry ${fromSeq}`,
  );
}
