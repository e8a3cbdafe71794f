import { auditedOutbox } from "#durable-objects/document-pool/audited-outbox.ts";
import { collection } from "#durable-objects/document-pool/client.ts";
import type { Send } from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { Payment } from "../core/payment.ts";

const BRIEF = { bookingId: 1, amount: 1 } as const;

/** What an auditor reads of payments. Every method throws Unavailable when MongoDB does not answer. */
export interface AuditedPayments extends OutboxAudit {
  /** In the order of their ids. */
  after(id: string, limit: number): Promise<Pick<Payment, "_id" | "bookingId" | "amount">[]>;
}

export function mongoAuditedPayments(pool: DocumentPoolRpc, send: Send): AuditedPayments {
  const payments = collection<Payment>(pool, "payments");
  return {
    ...auditedOutbox(payments, send),
    after: (id, limit) => payments.find({ _id: { $gt: id } }, { sort: { _id: 1 }, limit, projection: BRIEF }),
  };
}
