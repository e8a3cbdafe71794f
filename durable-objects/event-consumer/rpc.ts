import type { ProgressReport } from "./object.ts";
import type { Estate } from "./ports.ts";

/** What another Worker may ask of a consumer. */
export interface EventConsumerRpc {
  /** Wakes it: something was produced for it, or the platform has just started. */
  nudge(): Promise<void>;
  /** How far it is, for operators. */
  progress(): Promise<ProgressReport>;
  /** What an object of a single partition has kept, for the one that reads it now. */
  estate(): Promise<Estate>;
}

export type { ProgressReport };
