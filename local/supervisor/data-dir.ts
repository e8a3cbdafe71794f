import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlatformError } from "./part.ts";

/** Only a folder with this file in it was made by the platform, and may be wiped by it. */
const MARKER = ".ticketflow-data";
export const LOCK = "supervisor.lock";

/**
 * Makes the data folder, or makes sure that an existing one is ours: it has the marker, or is empty.
 * Throws PlatformError for a folder that holds something else.
 */
export function claimDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  if (existsSync(join(dataDir, MARKER))) return;
  if (readdirSync(dataDir).length > 0) {
    throw new PlatformError(
      `${dataDir} is not empty and was not made by TicketFlow (it has no ${MARKER}). ` +
        "Set TICKETFLOW_DATA_DIR to a folder of its own.",
    );
  }
  writeFileSync(
    join(dataDir, MARKER),
    "Data of a TicketFlow platform. `npm start -- --fresh` deletes all of it.\n",
  );
}

/** Deletes everything in a claimed data folder but the marker and the lock that the caller holds. */
export function wipeDataDir(dataDir: string): void {
  if (!existsSync(join(dataDir, MARKER))) {
    throw new PlatformError(`${dataDir} has no ${MARKER}: it is not deleted.`);
  }
  for (const entry of readdirSync(dataDir)) {
    if (entry !== MARKER && !entry.startsWith(LOCK)) rmSync(join(dataDir, entry), { recursive: true });
  }
}
