import type { ServerState } from "./commands/context.ts";
import { valuesAt } from "./indexes/keys.ts";
import type { Collection } from "./storage/collection.ts";

/** What MongoDB's background threads do: closes idle cursors, forgets idle sessions, deletes expired documents. */
export function sweep(server: ServerState): void {
  server.cursors.sweep();
  server.retryableWrites.sweep();
  for (const collection of server.catalog.all()) deleteExpired(collection, server.clock());
}

/** TTL: https://www.mongodb.com/docs/manual/core/index-ttl/. The earliest date of an array counts. */
function deleteExpired(collection: Collection, now: number): void {
  for (const { spec, fields } of collection.indexes.values()) {
    const { expireAfterSeconds } = spec;
    if (typeof expireAfterSeconds !== "number") continue;
    const path = (fields[0] ?? "").split(".");
    for (const document of [...collection.documents()]) {
      const dates = valuesAt(document.view, path)
        .flat()
        .filter((value) => value instanceof Date);
      const earliest = Math.min(...dates.map(Number));
      if (earliest + expireAfterSeconds * 1000 <= now) collection.remove(document);
    }
  }
}
