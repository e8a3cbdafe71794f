import type { Position, TopicLog } from "../log/topic-log.ts";
import type { TopicName } from "../saga/declaration.ts";
import { deadLetterTopic, PARTITIONS, topicOf } from "../saga/wire.ts";
import { type DeadLetter, type LetterPlace, readRecord } from "./letter.ts";

/** The most letters that one look keeps: some MB. With more, a person has another problem than reading them. */
const MAX_LETTERS = 10_000;

/**
 * The most records that it reads: a decision may lie far behind its letter, so a partition is read to its end. As many
 * take some hundred calls of the log, of the thousand that a Worker has.
 */
const MAX_RECORDS = 100_000;

export interface DeadLetters {
  /** Oldest first, those that were decided too. */
  letters: DeadLetter[];
  /** False when there were more than are read at once: the newest of some partitions are missing. */
  isComplete: boolean;
}

/** Where the records of partitions begin and end. */
interface Span {
  topic: TopicName;
  partition: number;
  from: number;
  end: number;
}

/** The dead letters of topics. @throws Unavailable when the log does not answer */
export async function readLetters(
  log: TopicLog,
  topics: readonly TopicName[],
  maxLetters = MAX_LETTERS,
): Promise<DeadLetters> {
  const partitions = topics.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition })),
  );
  const letters: DeadLetter[] = [];
  const left = { letters: maxLetters, records: MAX_RECORDS };
  let isComplete = true;
  for (const span of await spansOf(log, partitions)) {
    const read = await readSpan(log, span, left);
    letters.push(...read.letters);
    left.letters -= read.letters.length;
    left.records -= read.records;
    isComplete &&= read.isComplete;
  }
  letters.sort((a, b) => a.writtenAt - b.writtenAt);
  return { letters, isComplete };
}

/** One letter, with what became of it; null when there is none at that place. @throws Unavailable */
export async function findLetter(log: TopicLog, place: LetterPlace): Promise<DeadLetter | null> {
  const [span] = await spansOf(log, [place]);
  if (!span || place.offset < span.from || place.offset >= span.end) return null;
  // Its mark lies behind it: what lies before tells nothing.
  const behind = { ...span, from: place.offset };
  const { letters } = await readSpan(log, behind, { letters: 1, records: MAX_RECORDS });
  return letters.find(({ offset }) => offset === place.offset) ?? null;
}

/** The partitions that hold anything. */
async function spansOf(
  log: TopicLog,
  partitions: { topic: TopicName; partition: number }[],
): Promise<Span[]> {
  const asked = partitions.map(({ topic, partition }) => ({ topic: deadLetterTopic(topic), partition }));
  const ends = await log.offsets("latest", asked);
  const filled = ends.filter(({ offset }) => offset > 0);
  const starts = await log.offsets(
    "earliest",
    filled.map(({ topic, partition }) => ({ topic, partition })),
  );
  return starts.flatMap((start, n) => {
    const topic = topicOf(start.topic.replace(/\.DLT$/, ""));
    const end = filled[n]!.offset;
    return topic && end > start.offset
      ? [{ topic, partition: start.partition, from: start.offset, end }]
      : [];
  });
}

/**
 * Reads up to the end that was asked for: what is written meanwhile belongs to the next look. Of the letters it keeps the
 * first, of the decisions those about them.
 */
async function readSpan(
  log: TopicLog,
  { topic, partition, from, end }: Span,
  limit: { letters: number; records: number },
) {
  const found = new Map<number, DeadLetter>();
  let [records, isComplete] = [0, true];
  let position: Position = { topic: deadLetterTopic(topic), partition, offset: from };
  while (position.offset < end && records < limit.records) {
    const page = (await log.fetch([position], 0)).slice(0, limit.records - records);
    if (page.length === 0) break; // retention has taken the rest
    for (const record of page) {
      const read = readRecord(topic, record);
      if ("mark" in read) {
        const letter = found.get(read.mark.handledOffset);
        // Two people may decide at once: the first decision counts.
        if (letter) letter.handled ??= read.mark;
      } else if (record.offset < end) {
        if (found.size < limit.letters) found.set(record.offset, { ...read.letter, handled: null });
        else isComplete = false;
      }
    }
    records += page.length;
    position = { ...position, offset: page.at(-1)!.offset + 1 };
  }
  if (records >= limit.records && position.offset < end) isComplete = false;
  return { letters: [...found.values()], records, isComplete };
}
