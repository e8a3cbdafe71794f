import { z } from "zod";
import type { LogRecord } from "../log/topic-log.ts";
import type { TopicName } from "../saga/declaration.ts";
import { deadLetterTopic, PARTITIONS, topicOf, wireTopic } from "../saga/wire.ts";

/**
 * A dead letter is a record of `ticketflow.<topic>.DLT` and never changes. What a person decided about it is a
 * second record, the mark, behind it in the same partition: so the decision is as durable as the letter, outlives
 * it, and needs no store of its own.
 */

const letter = z.object({
  /** The consumer group that would not take it; absent in letters from before it was noted. */
  consumer: z.string().optional(),
  /** The record as it came: its place, and its value, unchanged. */
  sourceTopic: z.string(),
  sourcePartition: z.int().min(0),
  sourceOffset: z.int().min(0),
  /** Why it was refused the last time, and how often it was tried. */
  error: z.string(),
  attempts: z.int(),
  value: z.string(),
});

export type Letter = z.infer<typeof letter>;

const mark = z.object({
  /** The letter's own offset in the dead-letter topic's partition. */
  handledOffset: z.int().min(0),
  action: z.enum(["replayed", "discarded"]),
  reason: z.string().nullable(),
  /** Who decided, as the command or the route knows them. */
  by: z.string(),
  at: z.iso.datetime(),
});

export type Mark = z.infer<typeof mark>;

/** Where a letter lies: a topic without prefix and suffix, a partition and an offset of its dead letters. */
export interface LetterPlace {
  topic: TopicName;
  partition: number;
  offset: number;
}

/** A letter with what became of it. */
export interface DeadLetter extends LetterPlace {
  key: string;
  /** When it was written, epoch ms. */
  writtenAt: number;
  /** Null for a record that is no letter of ours: it can be discarded, not replayed. */
  letter: Letter | null;
  /** The record's value as it is. */
  raw: string;
  /** The first decision about it; null while it waits for one. */
  handled: Mark | null;
}

/** A letter as a record's value. */
export function letterValue(written: Letter): string {
  return JSON.stringify(written);
}

/** A letter's message as it came, to be sent once more to where it came from. */
export function messageOf(key: string, { sourceTopic, sourcePartition, value }: Letter) {
  return { topic: sourceTopic, partition: sourcePartition, key, value };
}

/** A decision as a record, to be appended behind its letter. */
export function markRecord({ topic, partition, key }: DeadLetter, decided: Mark) {
  return { topic: deadLetterTopic(topic), partition, key, value: JSON.stringify(decided) };
}

/** A record of a dead-letter partition: a decision about an earlier one, or else a letter. */
export function readRecord(
  topic: TopicName,
  record: LogRecord,
): { mark: Mark } | { letter: Omit<DeadLetter, "handled"> } {
  const json = parseJson(record.value);
  const decided = mark.safeParse(json);
  if (decided.success && decided.data.handledOffset < record.offset) return { mark: decided.data };
  const { partition, offset, key, timestamp, value } = record;
  const parsed = letter.safeParse(json);
  // A letter that names another topic would be replayed to where it never was.
  const isOurs = parsed.success && parsed.data.sourceTopic === wireTopic(topic) && isPartition(parsed.data);
  return {
    letter: {
      ...{ topic, partition, offset, key, writtenAt: timestamp, raw: value },
      letter: isOurs ? parsed.data : null,
    },
  };
}

const isPartition = ({ sourcePartition }: Letter): boolean => sourcePartition < PARTITIONS;

/** A letter's name for a person: `booking.initiated/3/17`. */
export function letterId({ topic, partition, offset }: LetterPlace): string {
  return `${topic}/${partition}/${offset}`;
}

/** Reads a letter's name; null when there can be no such letter. */
export function parseLetterId(text: string): LetterPlace | null {
  const [name = "", partitionText = "", offsetText = "", ...more] = text.split("/");
  const topic = topicOf(`ticketflow.${name}`);
  if (!topic || more.length > 0 || !/^\d{1,3}$/.test(partitionText) || !/^\d{1,15}$/.test(offsetText)) {
    return null;
  }
  const [partition, offset] = [Number(partitionText), Number(offsetText)];
  return partition < PARTITIONS ? { topic, partition, offset } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
