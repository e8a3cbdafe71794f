/** What a page of an audit answers, which the auditor's object keeps. */
export type { AuditCursor, AuditPage, AuditScope, Finding } from "#durable-objects/auditor/page.ts";
