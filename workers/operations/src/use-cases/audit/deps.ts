import type { Clock } from "#shared/clock.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import type { BookingsAudit } from "#shared/rpc/audit/bookings.ts";
import type { InventoryAudit } from "#shared/rpc/audit/inventory.ts";
import type { NotificationsAudit } from "#shared/rpc/audit/notifications.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import type { LedgerRpc, ProjectionRpc } from "#shared/rpc/inventory.ts";
import type { AuditScope, Finding } from "../../core/audit/page.ts";
import type { Place } from "../../core/audit/place.ts";
import type { ToldStore } from "../../repositories/told-store.ts";

/** Whom the auditor asks, and what it keeps of a run. */
export interface AuditDeps {
  log: TopicLog;
  bookings: BookingsAudit;
  payments: PaymentsAudit;
  inventory: InventoryAudit;
  ledger: LedgerRpc & ProjectionRpc;
  notifications: NotificationsAudit;
  events: OutboxAudit;
  users: OutboxAudit;
  told: ToldStore;
  clock: Clock;
}

/** What one page came to. */
export interface Walked {
  findings: Finding[];
  counted: Record<string, number>;
  next: Place | null;
}

/** Looks at one page of one kind of record. @throws Unavailable when a service does not answer */
export type Walk<P extends Place["at"]> = (
  deps: AuditDeps,
  scope: AuditScope,
  place: Extract<Place, { at: P }>,
) => Promise<Walked>;
