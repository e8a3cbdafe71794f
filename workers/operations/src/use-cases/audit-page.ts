import type { TopicLog } from "#shared/log/topic-log.ts";
import type { AuditCursor, AuditPage, AuditScope, Finding } from "../core/audit/page.ts";

/** Whom the auditor asks. */
export interface AuditDeps {
  log: TopicLog;
}

/**
 * Looks at one page of the platform's records. A page that is asked for again looks again: it changes nothing.
 * @throws Unavailable when a service does not answer
 */
export async function runAuditPage(
  _deps: AuditDeps,
  _scope: AuditScope,
  _cursor: AuditCursor,
): Promise<AuditPage> {
  return { findings: [], counted: {}, next: null };
}

/**
 * Mends what is safe to mend; safe to repeat.
 * @returns whether it is mended; false when it is not so any more, or could not be
 * @throws Unavailable when a service does not answer
 */
export async function mendFinding(_deps: AuditDeps, _finding: Finding): Promise<boolean> {
  return false;
}
