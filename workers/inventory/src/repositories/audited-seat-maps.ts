import { eq, gt } from "drizzle-orm";
import { answered, type Database } from "#shared/postgres/database.ts";
import { seatMap } from "./seat-maps.ts";

/** What an auditor reads of the list of SeatMaps. Every method throws Unavailable when Postgres does not answer. */
export interface AuditedSeatMaps {
  /** The events after an id that have a map, in the order of their ids. */
  after(eventId: string, limit: number): Promise<string[]>;
  has(eventId: string): Promise<boolean>;
}

export function auditedSeatMaps(db: Database): AuditedSeatMaps {
  const ids = () => db.select({ eventId: seatMap.eventId }).from(seatMap);
  return {
    async after(eventId, limit) {
      const query = ids().where(gt(seatMap.eventId, eventId)).orderBy(seatMap.eventId).limit(limit);
      return (await answered(query)).map((row) => row.eventId);
    },
    async has(eventId) {
      return (await answered(ids().where(eq(seatMap.eventId, eventId)))).length > 0;
    },
  };
}
