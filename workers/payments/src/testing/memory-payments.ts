import { MemoryDocuments } from "#durable-objects/document-pool/testing/memory-documents.ts";
import type { Payment } from "../core/payment.ts";
import { mongoPayments, type Payments } from "../repositories/payments.ts";
import { type Cursor, mongoReconciliation, type Reconciliation } from "../repositories/reconciliation.ts";

/** What the payments service remembers, without a database. */
export interface MemoryPayments {
  /** Where the repositories' commands arrive, one atomic moment each. */
  documents: MemoryDocuments;
  payments: Payments;
  reconciliation: Reconciliation;
  /** All payments as they are now, in the order in which they were added. */
  all(): Payment[];
  cursors(): Cursor[];
}

/**
 * The production repositories over documents in memory: their guards are the ones that run in production. Each method
 * has its effect before it first waits, but for `relay` and `sweepOutbox`, which send in between.
 */
export function memoryPayments(): MemoryPayments {
  const documents = new MemoryDocuments({ payments: "bookingId" });
  return {
    documents,
    payments: mongoPayments(documents),
    reconciliation: mongoReconciliation(documents),
    all: () => documents.all<Payment>("payments"),
    cursors: () => documents.all<Cursor>("reconciliation"),
  };
}
