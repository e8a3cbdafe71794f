import { z } from "zod";
import type { AuditorRpc } from "#durable-objects/auditor/rpc.ts";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import { environmentReader, identityVariables, kafkaVariables } from "#shared/config/environment.ts";
import type { BookingsAudit } from "#shared/rpc/audit/bookings.ts";
import type { InventoryAudit } from "#shared/rpc/audit/inventory.ts";
import type { NotificationsAudit } from "#shared/rpc/audit/notifications.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import type { LedgerRpc, ProjectionRpc } from "#shared/rpc/inventory.ts";

const variables = z.object({ ...identityVariables, ...kafkaVariables });

export const operationsEnvironment = environmentReader(variables);

type Consumers = DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;

type Asked<R extends object> = Service<Rpc.WorkerEntrypointBranded & R>;

export interface OperationsBindings {
  USERS_AUDIT: Asked<OutboxAudit>;
  EVENTS_AUDIT: Asked<OutboxAudit>;
  INVENTORY_AUDIT: Asked<InventoryAudit>;
  INVENTORY_LEDGER: Asked<LedgerRpc & ProjectionRpc>;
  BOOKINGS_AUDIT: Asked<BookingsAudit>;
  PAYMENTS_AUDIT: Asked<PaymentsAudit>;
  NOTIFICATIONS_AUDIT: Asked<NotificationsAudit>;
  AUDITOR: DurableObjectNamespace<Rpc.DurableObjectBranded & AuditorRpc>;
  INVENTORY_CONSUMER: Consumers;
  BOOKINGS_CONSUMER: Consumers;
  PAYMENTS_CONSUMER: Consumers;
  NOTIFICATIONS_CONSUMER: Consumers;
}

export type OperationsEnv = z.input<typeof variables> & OperationsBindings;
