import type { AuditRun } from "#durable-objects/auditor/rpc.ts";
import { getAuditRoute, listAuditsRoute, startAuditRoute } from "#shared/contracts/audits.ts";
import { paginationOf } from "#shared/contracts/common.ts";
import { Problem } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { auditorOf, type OperationsApp } from "../wiring.ts";

export function serveAudits(app: OperationsApp): void {
  serve(app, startAuditRoute, async (c) => {
    const { repair, eventId = null } = c.req.valid("json");
    const startedBy = identityOf(c).userId;
    const { run, isNew } = await auditorOf(c.env).start({ repair, eventId, startedBy });
    if (!isNew) throw new Problem("AUDIT_RUNNING", `It is ${run.id}, started by ${run.startedBy}`);
    return c.json(present(run), 202, { location: `/api/admin/audits/${run.id}` });
  });

  serve(app, listAuditsRoute, async (c) => {
    const runs = await auditorOf(c.env).runs();
    return c.json({ data: runs.map(present) }, 200, { "cache-control": "no-store" });
  });

  serve(app, getAuditRoute, async (c) => {
    const { page, perPage } = c.req.valid("query");
    const report = await auditorOf(c.env).report(c.req.valid("param").id, (page - 1) * perPage, perPage);
    if (!report) throw new Problem("AUDIT_NOT_FOUND");
    const { run, findings, kept } = report;
    const pagination = paginationOf(page, perPage, kept);
    return c.json({ ...present(run), findings, pagination }, 200, { "cache-control": "no-store" });
  });
}

function present({ startedAt, endedAt, ...run }: AuditRun) {
  return {
    ...run,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  };
}
