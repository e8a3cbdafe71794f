import type { DatabaseSync } from "node:sqlite";
import type {
  ChargeRecord,
  DisputeRecord,
  IntentRecord,
  PaymentMethodRecord,
  RefundRecord,
} from "../core/records.ts";
import type { SessionRecord } from "../core/session.ts";
import { openDatabase } from "./database.ts";
import { EventTable } from "./event-table.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import { IdempotencyTable } from "./idempotency-table.ts";
import { ObjectTable } from "./object-table.ts";

/** Everything that survives the process. */
export interface Store extends GroupCommit {
  db: DatabaseSync;
  intents: ObjectTable<IntentRecord>;
  charges: ObjectTable<ChargeRecord>;
  refunds: ObjectTable<RefundRecord>;
  methods: ObjectTable<PaymentMethodRecord>;
  sessions: ObjectTable<SessionRecord>;
  disputes: ObjectTable<DisputeRecord>;
  events: EventTable;
  idempotency: IdempotencyTable;
  close(): void;
}

/** Opens the store in `dataDir`; `onCommit` runs after each durable batch. */
export function openStore(dataDir: string, onCommit: () => void): Store {
  const db = openDatabase(dataDir);
  return {
    ...groupCommit(db, onCommit),
    db,
    intents: new ObjectTable<IntentRecord>(db, "payment_intent", (intent) => ({
      dueAtMs: intent.captureBefore === null ? null : intent.captureBefore * 1000,
    })),
    charges: new ObjectTable<ChargeRecord>(db, "charge", (charge) => ({
      paymentIntent: charge.paymentIntent,
    })),
    refunds: new ObjectTable<RefundRecord>(db, "refund", (refund) => ({
      paymentIntent: refund.paymentIntent,
      charge: refund.charge,
      dueAtMs: refund.settles && refund.settles.at * 1000,
    })),
    methods: new ObjectTable<PaymentMethodRecord>(db, "payment_method", () => ({})),
    sessions: new ObjectTable<SessionRecord>(db, "checkout_session", (session) => ({
      paymentIntent: session.paymentIntent,
      dueAtMs: session.status === "open" ? session.expiresAt * 1000 : null,
    })),
    disputes: new ObjectTable<DisputeRecord>(db, "dispute", (dispute) => ({
      paymentIntent: dispute.paymentIntent,
      charge: dispute.charge,
    })),
    events: new EventTable(db),
    idempotency: new IdempotencyTable(db),
    close: () => db.close(),
  };
}
