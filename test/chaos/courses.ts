import type { Config } from "#local/config.ts";
import { bookingsDatabase } from "../support/observation.ts";

/** How a booking went, by its own timeline; times in epoch ms. */
export interface Course {
  id: string;
  /** CONFIRMED, FAILED or CANCELLED; PENDING for whatever has not ended. */
  outcome: string;
  reason: string | null;
  /** Whether it was confirmed before it was given back. */
  wasConfirmed: boolean;
  begunAt: number;
  /** When it reached its first end; null when it did not. */
  endedAt: number | null;
}

/** Every booking of an event. */
export async function readCourses(config: Config, eventId: string): Promise<Course[]> {
  const client = await bookingsDatabase(config);
  try {
    const { rows } = await client.query<Course>(COURSES, [eventId]);
    return rows;
  } finally {
    await client.end();
  }
}

const COURSES = `
  select b.id, b.failure_reason as reason,
    case when b.state in ('CONFIRMED', 'FAILED', 'CANCELLED') then b.state else 'PENDING' end as outcome,
    coalesce(bool_or(s.state = 'CONFIRMED'), false) as "wasConfirmed",
    (extract(epoch from min(s.at)) * 1000)::float8 as "begunAt",
    (extract(epoch from min(s.at) filter (where s.state in ('CONFIRMED', 'FAILED', 'CANCELLED'))) * 1000)::float8
      as "endedAt"
  from booking b join booking_step s on s.booking_id = b.id
  where b.event_id = $1 group by b.id order by b.id`;
