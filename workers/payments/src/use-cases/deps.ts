import type { Send } from "#durable-objects/document-pool/outbox.ts";
import type { Clock } from "#shared/clock.ts";
import type { Logger } from "#shared/observability/log.ts";
import type { PaymentProvider } from "../core/provider.ts";
import type { Payments } from "../repositories/payments.ts";
import type { RecentPayments } from "../repositories/recent-payments.ts";
import type { Reconciliation } from "../repositories/reconciliation.ts";

/** What the use cases and handlers of payments need. */
export interface PaymentsDeps {
  payments: Payments;
  reconciliation: Reconciliation;
  provider: PaymentProvider;
  clock: Clock;
  logger: Logger;
  /** Waited for before what several payments of a batch write goes together; they go as they come if absent. */
  gathering?: () => Promise<unknown>;
  /** What the consumer has written lately, as long as it lives. */
  recent?: RecentPayments;
  /** Hands messages to Kafka; resolves when they are durable there. */
  send: Send;
}
