import { z } from "@hono/zod-openapi";
import { instant, pageQuery, pagination, pathId, prefixedId } from "./common.ts";
import { AUDIT_EXAMPLE, FINDING_EXAMPLE } from "./examples.ts";
import { json, jsonBody, OPERATORS, route } from "./route.ts";

const numbers = z.record(z.string(), z.int());

const audit = z
  .object({
    id: prefixedId("audit"),
    state: z.enum(["RUNNING", "DONE", "FAILED"]).openapi({
      description:
        "DONE: it has looked at everything. FAILED: it could not, and `error` says why; what it found holds",
    }),
    repair: z.boolean().openapi({ description: "Whether what is safe to mend is mended" }),
    eventId: z.string().nullable().openapi({ description: "One event alone; null: everything" }),
    startedBy: z.string().openapi({ description: "A user's id, or `schedule`" }),
    startedAt: instant,
    endedAt: instant.nullable(),
    counted: numbers.openapi({ description: "How much was looked at, by what it is" }),
    found: numbers.openapi({ description: "How many divergences each check found, all of them" }),
    repaired: z.int().openapi({ description: "How many of these are mended" }),
    error: z.string().nullable(),
  })
  .openapi("Audit", { example: AUDIT_EXAMPLE });

const finding = z
  .object({
    check: z.string(),
    bookingId: z.string().nullable(),
    eventId: z.string().nullable(),
    subject: z.string().openapi({ description: "What is to be mended, or looked at" }),
    detail: z.string().openapi({ description: "Both sides, in a sentence" }),
    mend: z
      .enum(["outbox", "cancel-authorisation", "project", "look"])
      .nullable()
      .openapi({ description: "What an audit with `repair` does about it; null: a person must decide" }),
    mended: z.boolean().nullable().openapi({
      description: "Null: not tried, because it was not asked for or a person must decide",
    }),
  })
  .openapi("AuditFinding", { example: FINDING_EXAMPLE });

const tags = ["operations"];

export const startAuditRoute = route(
  { service: "operations", access: OPERATORS, problems: ["AUDIT_RUNNING"] },
  {
    operationId: "startAudit",
    method: "post",
    path: "/api/admin/audits",
    summary: "Look for all in which the platform's records contradict one another",
    description: "One audit runs at a time; read it at Location until it is not `RUNNING`.",
    tags,
    request: {
      body: jsonBody(
        // Strict: who misspells an option must not get another audit.
        z
          .strictObject({
            repair: z.boolean().default(false),
            eventId: z.string().min(1).max(100).optional(),
          })
          .openapi("NewAudit", { example: { repair: false } }),
      ),
    },
    responses: {
      202: {
        ...json(audit, "Started; follow Location"),
        headers: z.object({
          location: z
            .string()
            .openapi({ description: "Where the audit is", example: `/api/admin/audits/${AUDIT_EXAMPLE.id}` }),
        }),
      },
    },
  },
);

export const listAuditsRoute = route(
  { service: "operations", access: OPERATORS },
  {
    operationId: "listAudits",
    method: "get",
    path: "/api/admin/audits",
    summary: "The audits of the last day, scheduled ones too, the newest first",
    tags,
    responses: { 200: json(z.object({ data: z.array(audit) }), "The audits") },
  },
);

export const getAuditRoute = route(
  { service: "operations", access: OPERATORS, problems: ["AUDIT_NOT_FOUND"] },
  {
    operationId: "getAudit",
    method: "get",
    path: "/api/admin/audits/{id}",
    summary: "An audit, with a page of what it found",
    description: "Findings over 1,000 are counted in `found` and not kept.",
    tags,
    request: { params: z.object({ id: pathId("audit", "id") }), query: pageQuery },
    responses: {
      200: json(
        audit.extend({ findings: z.array(finding), pagination }).openapi("AuditReport", {
          example: {
            ...AUDIT_EXAMPLE,
            findings: [FINDING_EXAMPLE],
            pagination: { page: 1, perPage: 20, total: 1, totalPages: 1 },
          },
        }),
        "The audit",
      ),
    },
  },
);

export const auditRoutes = [startAuditRoute, listAuditsRoute, getAuditRoute];
