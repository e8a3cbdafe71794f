import type { Clock } from "#shared/clock.ts";
import type { BuyerLimits } from "../core/buyer-limits.ts";
import type { LedgerSegment, SeatAnswer } from "../rpc.ts";
import type { SeatMapStorage } from "../storage/storage.ts";

/** What the platform under a SeatMap gives it. */
export interface SeatMapDeps {
  storage: SeatMapStorage;
  clock: Clock;
  random: () => number;
  lockTtlMs: number;
  /** What one buyer may have of the event; no limits, if left out. */
  buyerLimits?: BuyerLimits | undefined;
  /** Entries to replay at a wake before a snapshot pays; 2,500 if left out. */
  entriesPerSnapshot?: number | undefined;
  publish(answers: SeatAnswer[]): Promise<void>;
  archive(segment: LedgerSegment): Promise<void>;
  nextTurn(): Promise<void>;
  synced(): Promise<void>;
  /** Ends the object at once; it wakes again from its storage. */
  abort(error: unknown): void;
  setAlarm(at: number): void;
  /** Entries have come onto the disk. */
  flushed?(): void;
  log(event: string, fields: Record<string, unknown>): void;
}
