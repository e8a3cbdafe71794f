/** One durable change. The order of operations is the order in which they happened. */
export type Operation =
  | { kind: "put"; record: number; collection: number; bson: Uint8Array }
  | { kind: "remove"; record: number }
  | { kind: "collection"; collection: number; bson: Uint8Array }
  | { kind: "drop"; collection: number }
  | { kind: "session"; session: string; bson: Uint8Array }
  | { kind: "forget"; session: string };

/**
 * A batch of operations as it goes to the storage thread: what each is, four entries an operation, and all documents end to
 * end in one piece of memory, which is handed over and not copied. Sent as objects, each would be cloned with whatever else
 * shares its memory.
 */
export type Batch = { heads: (string | number)[]; bytes: Uint8Array<ArrayBuffer> };

/** What was on disk when the storage was opened. */
export type Snapshot = {
  collections: { collection: number; bson: Uint8Array }[];
  documents: { record: number; collection: number; bson: Uint8Array }[];
  sessions: { session: string; bson: Uint8Array }[];
};

/** Messages to the storage thread. */
export type ToStorage = { kind: "commit"; batch: Batch } | { kind: "close" };

/** Messages from it. `failed` means that nothing of the batch is stored. */
export type FromStorage =
  | { kind: "opened"; snapshot: Snapshot }
  | { kind: "committed" }
  | { kind: "failed"; message: string };
