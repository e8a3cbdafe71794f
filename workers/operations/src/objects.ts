import { Auditor } from "#durable-objects/auditor/object.ts";
import type { AuditCursor, AuditScope, Finding } from "#durable-objects/auditor/page.ts";
import type { OperationsEnv } from "./env.ts";
import { mendFinding, runAuditPage } from "./use-cases/audit-page.ts";
import { auditOf, logger } from "./wiring.ts";

export class OperationsAuditor extends Auditor<OperationsEnv> {
  protected page(scope: AuditScope, cursor: AuditCursor) {
    return runAuditPage(auditOf(this.env, this.ctx.storage), scope, cursor);
  }

  protected mend(finding: Finding) {
    return mendFinding(auditOf(this.env, this.ctx.storage), finding);
  }

  protected logger() {
    return logger;
  }
}
