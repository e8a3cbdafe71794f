import { expect, it } from "vitest";
import { MemoryLog } from "#durable-objects/event-consumer/testing/memory-log.ts";
import type { AuditScope, Finding } from "../core/audit/page.ts";
import { mendFinding, runAuditPage } from "./audit-page.ts";

const SCOPE: AuditScope = { eventId: null, startedAt: 0 };
const FINDING: Finding = {
  ...{ check: "a-check", bookingId: null, eventId: null, detail: "one says a, the other b" },
  ...{ mend: null, subject: "x" },
};

it("an empty platform has no divergence", async () => {
  const page = await runAuditPage({ log: new MemoryLog() }, SCOPE, null);
  expect(page).toMatchObject({ findings: [], next: null });
});

it("what a person must decide is not mended", async () => {
  expect(await mendFinding({ log: new MemoryLog() }, FINDING)).toBe(false);
});
