import { asc, eq, inArray, lt } from "drizzle-orm";
import { bigint, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { OutgoingMessage } from "../saga/envelope.ts";
import { answered, type Database } from "./database.ts";
import type { Outbox } from "./relay.ts";

/** How long a written message is its writer's to send, before the sweeper may. */
export const CLAIM_MS = 10_000;

/** The outbox table, the same in every database that has one. */
export const outbox = pgTable("outbox", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  topic: text().notNull(),
  partition: integer().notNull(),
  key: text().notNull(),
  value: text().notNull(),
  claimedUntil: timestamp("claimed_until", { withTimezone: true }).notNull(),
});

/** A message's row, claimed by its writer. */
export function outgoing(message: OutgoingMessage, now: number): typeof outbox.$inferInsert {
  return { ...message, claimedUntil: new Date(now + CLAIM_MS) };
}

/** Inserts a message, claimed by its writer, and gives back its row: a statement for the writer's own transaction. */
export function insertMessage(db: Database, message: OutgoingMessage, now: number) {
  return db.insert(outbox).values(outgoing(message, now)).returning();
}

/** {@link Outbox} in a service's own Postgres database. */
export function postgresOutbox(db: Database): Outbox {
  return {
    async sent(rows) {
      if (rows.length === 0) return;
      const ids = rows.map((row) => row.id);
      await answered(db.delete(outbox).where(inArray(outbox.id, ids)));
    },

    async claimUnsent(now, limit) {
      // A common table expression runs once, where a subquery might take `limit` rows several times over.
      const unclaimed = db.$with("unclaimed").as(
        db
          .select({ id: outbox.id })
          .from(outbox)
          .where(lt(outbox.claimedUntil, new Date(now)))
          .orderBy(asc(outbox.id))
          .limit(limit)
          .for("update", { skipLocked: true }),
      );
      const claim = db
        .with(unclaimed)
        .update(outbox)
        .set({ claimedUntil: new Date(now + CLAIM_MS) })
        .where(inArray(outbox.id, db.select({ id: unclaimed.id }).from(unclaimed)))
        .returning();
      return (await answered(claim)).sort((a, b) => a.id - b.id);
    },

    async setAside({ id }, until) {
      await answered(
        db
          .update(outbox)
          .set({ claimedUntil: new Date(until) })
          .where(eq(outbox.id, id)),
      );
    },
  };
}
