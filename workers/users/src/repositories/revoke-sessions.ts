import { and, isNull, type SQL } from "drizzle-orm";
import type { Database } from "#shared/postgres/database.ts";
import { type RevocationReason, session } from "./schema.ts";

/** Revokes the sessions that a filter finds: a statement for the transaction of what ends them. */
export function revokeSessions(
  db: Database,
  filter: SQL | undefined,
  revokedBecause: RevocationReason,
  now: number,
) {
  return db
    .update(session)
    .set({ revokedAt: new Date(now), revokedBecause })
    .where(and(filter, isNull(session.revokedAt)))
    .returning({ id: session.id });
}
