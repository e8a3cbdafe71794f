import type { Clock } from "#shared/clock.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { AuditCursor, AuditPage, AuditScope, Finding } from "./page.ts";
import type { AuditRun, KeptFinding } from "./rpc.ts";

/** A run as it is stored: with where it stands. */
export interface StoredRun extends AuditRun {
  phase: "LOOKING" | "MENDING";
  cursor: AuditCursor;
  pages: number;
  /** In a row. */
  failures: number;
}

/** A finding in its place among those of its run. */
export interface PlacedFinding extends KeptFinding {
  position: number;
}

/** The auditor's own memory. Each method that writes is atomic. */
export interface AuditStore {
  /** The run that is under way; null when none is. At most one is. */
  running(): StoredRun | null;
  /** The newest first. */
  runs(): StoredRun[];
  run(id: string): StoredRun | null;
  /** Adds a run, and forgets all but the newest `remembered`, with their findings. */
  begin(run: StoredRun, remembered: number): void;
  /** Saves where a run stands, with what it has found since. */
  advance(run: StoredRun, found: readonly Finding[]): void;
  kept(runId: string): number;
  findings(runId: string, from: number, limit: number): KeptFinding[];
  /** Those that can be mended and that nobody tried to, at most `limit`. */
  toMend(runId: string, limit: number): PlacedFinding[];
  /** Notes what became of a finding, and where its run stands. */
  mended(run: StoredRun, position: number, isMended: boolean): void;
}

export interface AuditorDeps {
  store: AuditStore;
  /** Looks at one page; changes nothing, so that it may be asked for again. */
  page(scope: AuditScope, cursor: AuditCursor): Promise<AuditPage>;
  /** Mends a finding, safe to repeat. Says whether it is mended. */
  mend(finding: Finding): Promise<boolean>;
  clock: Clock;
  /** 0..1, for jitter. */
  random: () => number;
  logger: Logger;
}
