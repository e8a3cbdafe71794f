import { gt } from "drizzle-orm";
import { integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { answered, type Database, pingPostgres } from "#shared/postgres/database.ts";

export const seatMap = pgTable("seat_map", {
  eventId: text("event_id").primaryKey(),
  planVersion: integer("plan_version").notNull(),
  endsAt: timestamp("ends_at", { withTimezone: true }).notNull(),
});

export type SeatMapRecord = typeof seatMap.$inferSelect;

/** The most maps that one poke visits: 1,000 subrequests an invocation is the platform's limit. */
export const POKE_LIMIT = 500;

/** Which events have a SeatMap. Every method throws Unavailable when Postgres does not answer. */
export interface SeatMaps {
  /** Idempotent. */
  record(map: SeatMapRecord): Promise<void>;
  /** The events that end after `instant`, at most {@link POKE_LIMIT}, the nearest first. */
  endingAfter(instant: Date): Promise<string[]>;
  ping(): Promise<void>;
}

export function postgresSeatMaps(db: Database): SeatMaps {
  return {
    async record(map) {
      const { planVersion, endsAt } = map;
      await answered(
        db
          .insert(seatMap)
          .values(map)
          .onConflictDoUpdate({ target: seatMap.eventId, set: { planVersion, endsAt } }),
      );
    },
    async endingAfter(instant) {
      const query = db.select({ eventId: seatMap.eventId }).from(seatMap).where(gt(seatMap.endsAt, instant));
      return (await answered(query.orderBy(seatMap.endsAt).limit(POKE_LIMIT))).map((row) => row.eventId);
    },
    ping: () => pingPostgres(db),
  };
}
