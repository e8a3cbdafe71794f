import type { ProgressReport } from "./object.ts";

/** What another Worker may ask of a consumer. */
export interface EventConsumerRpc {
  /** Wakes it: something was produced for it, or the platform has just started. */
  nudge(): Promise<void>;
  /** How far it is, for operators. */
  progress(): Promise<ProgressReport>;
}

export type { ProgressReport };
