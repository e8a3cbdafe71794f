import { auditedOutbox } from "#durable-objects/document-pool/audited-outbox.ts";
import { collection } from "#durable-objects/document-pool/client.ts";
import type { Send } from "#durable-objects/document-pool/outbox.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";
import type { OutboxAudit } from "#shared/rpc/audit/outbox.ts";
import type { EventDocument } from "./documents.ts";

/** What events have not told others yet, for an auditor. */
export function eventsOutbox(pool: DocumentPoolRpc, send: Send): OutboxAudit {
  return auditedOutbox(collection<EventDocument>(pool, "events"), send);
}
