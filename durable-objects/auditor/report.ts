import { MAX_KEPT } from "./policy.ts";
import type { AuditorDeps, StoredRun } from "./ports.ts";

/**
 * Logs how an audit ended: one line for each class of what is left, which is what an alert looks for, and one line in
 * all. A class names one of its bookings; the report has the others.
 */
export function logEnd({ store, logger }: AuditorDeps, run: StoredRun): void {
  const { id: auditId, state, found, repaired, error, startedBy, eventId, pages } = run;
  const findings = store.findings(auditId, 0, MAX_KEPT);
  for (const [check, many] of Object.entries(found)) {
    const ofCheck = findings.filter((one) => one.check === check);
    const left = many - ofCheck.filter(({ mended }) => mended === true).length;
    const example = ofCheck.find(({ mended }) => mended !== true);
    if (left === 0) continue;
    const { bookingId, subject } = example ?? { bookingId: null, subject: null };
    logger.error("divergence", { auditId, check, found: many, left, bookingId, subject });
  }
  const total = Object.values(found).reduce((sum, many) => sum + many, 0);
  const line = { auditId, state, findings: total, repaired, pages, startedBy, eventId };
  const took = { ms: (run.endedAt ?? run.startedAt) - run.startedAt };
  if (state === "FAILED") logger.error("audit failed", { ...line, ...took, error });
  else logger.info("audit", { ...line, ...took });
}
