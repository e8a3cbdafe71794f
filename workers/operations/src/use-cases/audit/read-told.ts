import { z } from "zod";
import type { LogRecord, Position } from "#shared/log/topic-log.ts";
import { PARTITIONS, topicOf, wireTopic } from "#shared/saga/wire.ts";
import type { Told } from "../../core/audit/facts.ts";
import type { ToldEnd } from "../../repositories/told-store.ts";
import type { AuditDeps } from "./deps.ts";

/** The topics that say how a booking ended. */
const END_OF = {
  "booking.confirmed": "CONFIRMED",
  "booking.failed": "FAILED",
  "booking.cancelled": "CANCELLED",
} as const satisfies Record<string, keyof Told>;

type EndTopic = keyof typeof END_OF;

/** The most records that one call reads. */
const MAX_RECORDS = 5_000;

const said = z.object({ payload: z.object({ bookingId: z.string(), eventId: z.string() }) });

/** Where the topics begin; retention may have taken the first records. */
export function toldFromTheStart(): Position[] {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  return (Object.keys(END_OF) as EndTopic[]).flatMap((topic) =>
    partitions.map((partition) => ({ topic: wireTopic(topic), partition, offset: 0 })),
  );
}

/**
 * Reads on in the topics, of all bookings or of one event's.
 * @returns how many records were read, and whether there are no more for now
 * @throws Unavailable when the log does not answer
 */
export async function readTold(
  { log, told }: Pick<AuditDeps, "log" | "told">,
  eventId: string | null,
): Promise<{ read: number; isAtEnd: boolean }> {
  let read = 0;
  while (read < MAX_RECORDS) {
    const positions = told.positions();
    const records = await log.fetch(positions, 0);
    if (records.length === 0) return { read, isAtEnd: true };
    told.note(
      records.flatMap((record) => endsOf(record, eventId)),
      positions.map((position) => behind(position, records)),
    );
    read += records.length;
  }
  return { read, isAtEnd: false };
}

function endsOf({ topic, value }: LogRecord, eventId: string | null): ToldEnd[] {
  const end = END_OF[topicOf(topic) as EndTopic];
  const parsed = said.safeParse(parseJson(value));
  // What cannot be read is a dead letter of whoever consumes it.
  if (!parsed.success) return [];
  const { payload } = parsed.data;
  if (eventId !== null && payload.eventId !== eventId) return [];
  return [{ bookingId: payload.bookingId, end }];
}

function behind(position: Position, records: LogRecord[]): Position {
  const { topic, partition, offset } = position;
  const theirs = records.filter((record) => record.topic === topic && record.partition === partition);
  return { topic, partition, offset: Math.max(offset, ...theirs.map((record) => record.offset + 1)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
