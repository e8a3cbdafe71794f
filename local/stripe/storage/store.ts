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
  /** Whether any record's own time has come. */
  anyDue(nowMs: number): boolean;
  close(): void;
}

/** Opens the store in `dataDir`; `onCommit` runs after each durable batch. Events that are not `isWanted` are not delivered. */
export function openStore(
  dataDir: string,
  options: { onCommit: () => void; isWanted: (type: string) => boolean },
): Store {
  const db = openDatabase(dataDir);
  const due = db.prepare("SELECT 1 FROM objects WHERE due_at <= ? LIMIT 1");
  return {
    ...groupCommit(db, options.onCommit),
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
    events: new EventTable(db, options.isWanted),
    idempotency: new IdempotencyTable(db),
    anyDue: (nowMs) => due.get(nowMs) !== undefined,
    close: () => db.close(),
  };
}
