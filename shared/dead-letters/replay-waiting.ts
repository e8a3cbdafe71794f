import type { TopicName } from "../saga/declaration.ts";
import type { DecideDeps } from "./decide.ts";
import { type DeadLetter, type Letter, type Mark, markRecord, messageOf } from "./letter.ts";
import { readLetters } from "./read.ts";

/** The most that is sent in one call, in characters: a log refuses requests that are too large. */
const MAX_CHARACTERS = 2_000_000;

export interface Replayed {
  /** Those that were sent, oldest first. */
  replayed: DeadLetter[];
  /** How many wait that were not sent, because a call has its limit. */
  left: number;
  /** Those that wait and are no letters of ours: there is nothing to replay. */
  unreadable: DeadLetter[];
}

/**
 * Sends the letters that wait in these topics once more, oldest first, so that messages of one key keep their order.
 * All are sent in one call and marked in another: a crash in between leaves letters that are replayed again, and have
 * their effect once all the same, as with one.
 * @param limit how many at most, up to what one call of the log takes
 * @throws Unavailable when the log does not answer
 */
export async function replayWaiting(
  { log, clock }: DecideDeps,
  topics: readonly TopicName[],
  { by, limit }: { by: string; limit: number },
): Promise<Replayed> {
  const { letters } = await readLetters(log, topics);
  const waiting = letters.filter(({ handled }) => handled === null);
  const readable = waiting.filter(isReadable);
  const replayed = readable.slice(0, portionOf(readable, limit));
  const at = new Date(clock()).toISOString();
  const mark = ({ offset }: DeadLetter): Mark => ({
    ...{ handledOffset: offset, action: "replayed", reason: null, by, at },
  });
  await log.produce(replayed.map(({ key, letter }) => messageOf(key, letter)));
  await log.produce(replayed.map((one) => markRecord(one, mark(one))));
  return {
    replayed,
    left: readable.length - replayed.length,
    unreadable: waiting.filter((one) => !isReadable(one)),
  };
}

/** How many of the first letters one call takes: one at least, however large it is. */
function portionOf(letters: readonly { letter: Letter }[], limit: number): number {
  let characters = 0;
  const over = letters.findIndex(({ letter }, n) => {
    characters += letter.value.length;
    return n > 0 && characters > MAX_CHARACTERS;
  });
  return Math.min(limit, over < 0 ? letters.length : over);
}

const isReadable = (one: DeadLetter): one is DeadLetter & { letter: Letter } => one.letter !== null;
