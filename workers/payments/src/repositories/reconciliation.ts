import { collection, DuplicateKey } from "#durable-objects/document-pool/client.ts";
import type { DocumentPoolRpc } from "#durable-objects/document-pool/rpc.ts";

/** Which of Stripe's lists is read. */
export type ListName = "intents" | "refunds";

/** How far a list has been read: the window under way, and where in it the reading goes on. Times are epoch ms. */
export interface Cursor {
  _id: ListName;
  from: number;
  to: number;
  after: string | null;
  /** Counts the writes: one reader at a time gets on. */
  rev: number;
}

/** How far Stripe's lists have been compared with ours. Every method throws Unavailable when MongoDB does not answer. */
export interface Reconciliation {
  find(name: ListName): Promise<Cursor | null>;
  /** @returns false when somebody else was faster */
  write(next: Cursor): Promise<boolean>;
}

export function mongoReconciliation(pool: DocumentPoolRpc): Reconciliation {
  const cursors = collection<Cursor>(pool, "reconciliation");
  return {
    find: (name) => cursors.findOne({ _id: name }),
    async write({ _id, from, to, after, rev }) {
      if (rev > 1) {
        const change = { $set: { from, to, after, rev } };
        return (await cursors.findOneAndUpdate({ _id, rev: rev - 1 }, change)) !== null;
      }
      try {
        await cursors.insertOne({ _id, from, to, after, rev });
        return true;
      } catch (error) {
        if (error instanceof DuplicateKey) return false;
        throw error;
      }
    },
  };
}
