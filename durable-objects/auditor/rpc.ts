import type { Finding } from "./page.ts";

/** What an audit is asked for. */
export interface AuditRequest {
  /** Whether what is safe to mend is mended. */
  repair: boolean;
  /** One event alone; null: everything. */
  eventId: string | null;
  /** Who asks: an operator's user id, or `schedule`. */
  startedBy: string;
}

/** One audit, from its start on. Times are epoch ms. */
export interface AuditRun extends AuditRequest {
  id: string;
  /** DONE: it has looked at everything. FAILED: it could not, and `error` says why; what it found holds. */
  state: "RUNNING" | "DONE" | "FAILED";
  startedAt: number;
  endedAt: number | null;
  /** How much was looked at, by what it is. */
  counted: Record<string, number>;
  /** How much was found, by the check that found it: all, where findings are kept up to a limit. */
  found: Record<string, number>;
  repaired: number;
  error: string | null;
}

/** A finding with what became of it. */
export interface KeptFinding extends Finding {
  /** Null: nobody tried, because nobody was asked to, or because a person must decide. */
  mended: boolean | null;
}

export interface AuditReport {
  run: AuditRun;
  /** A page of the findings that were kept, in the order in which they were found. */
  findings: KeptFinding[];
  /** How many were kept. */
  kept: number;
}

/** What another part of the service may ask of its auditor. */
export interface AuditorRpc {
  /** Starts an audit, unless one runs: then that one is answered, and nothing is started. */
  start(request: AuditRequest): Promise<{ run: AuditRun; isNew: boolean }>;
  /** Starts the audit that is due by the clock: none runs, and the last one began long enough ago. */
  startIfDue(request: AuditRequest): Promise<void>;
  /** An audit with findings from the `from`th on, at most `limit` (capped at 200); null when there is none. */
  report(id: string, from: number, limit: number): Promise<AuditReport | null>;
  /** The audits that are remembered, the newest first. */
  runs(): Promise<AuditRun[]>;
}
