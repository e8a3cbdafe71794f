import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#shared/clock.ts";
import type { Log } from "../shared/log.ts";
import { type UserConfig, Users } from "./auth/users.ts";
import type { ServerState } from "./commands/context.ts";
import { Cursors } from "./commands/cursors.ts";
import { SWEEP_INTERVAL_MS } from "./limits.ts";
import { Catalog } from "./storage/catalog.ts";
import { Committer } from "./storage/committer.ts";
import { RetryableWrites } from "./storage/retryable-writes.ts";
import { sweep } from "./sweep.ts";

export type EngineOptions = {
  /** Folder of the database file, made when missing. One server at a time may have it. */
  dataDir: string;
  users: readonly UserConfig[];
  clock: Clock;
  log: Log;
  /** Called once when a commit has failed: memory is ahead of the disk, and the process must end. */
  onFatal: (reason: string) => void;
};

/** The data and what keeps it, apart from who is listened to. */
export type Engine = {
  state: ServerState;
  /** Runs the periodic sweep now, and waits until its deletions are stored. */
  sweep(): Promise<void>;
  close(): Promise<void>;
};

/** Reads the data. Rejects when it is in use or unreadable. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { clock, log } = options;
  mkdirSync(options.dataDir, { recursive: true });
  const { committer, snapshot } = await Committer.open(
    join(options.dataDir, "mongo.sqlite"),
    options.onFatal,
  );
  const state: ServerState = {
    catalog: new Catalog(committer, snapshot),
    journal: committer,
    retryableWrites: new RetryableWrites(committer, snapshot, clock),
    cursors: new Cursors(clock),
    users: new Users(options.users),
    clock,
    startedAt: clock(),
    log,
  };
  const timer = setInterval(() => sweep(state), SWEEP_INTERVAL_MS);
  return {
    state,
    async sweep() {
      sweep(state);
      await committer.covered();
    },
    async close() {
      clearInterval(timer);
      await committer.close();
    },
  };
}
